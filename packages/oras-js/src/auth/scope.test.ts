/** Scopes as token servers want them. */
import { describe, expect, it } from '@jest/globals';
import { mergeScopes } from './scope.js';

describe('asking for several rights', () => {
  it('says each repository once, with all its actions, the first one first', () => {
    expect(
      mergeScopes(['repository:b/x:push,pull', 'repository:a:pull', 'repository:b/x:delete']),
    ).toEqual(['repository:b/x:delete,pull,push', 'repository:a:pull']);
  });

  it('leaves colons in a name where they are', () => {
    expect(mergeScopes(['repository(plugin):host:5000/x:pull'])).toEqual([
      'repository(plugin):host:5000/x:pull',
    ]);
  });
});
