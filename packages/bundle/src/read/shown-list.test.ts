/** What a refusal shows of a signed list: enough to find it, nothing that a terminal would obey. */
import { describe, expect, it } from '@jest/globals';
import { type HandmadeList } from '@sallyport/testing';
import { inEntry, inImages, refusalOfSigned } from '../test-bundles/signed-lists.test.js';

describe('what a refusal repeats of a signed list', () => {
  it.each<readonly [what: string, change: (list: HandmadeList) => object]>([
    ['a channel', (list) => ({ ...list, channel: '\u001b[31mred' })],
    ['an unknown field', (list) => ({ ...list, '\u001b[31mred': 1 })],
    ['a feature', (list) => ({ ...list, requires: ['\u001b[31mred'] })],
    ['a repository', inImages({ repository: '\u001b[31mred' })],
    ['a digest', inImages({ digest: '\u001b[31mred' })],
    ['a path', inEntry(-1, { path: '\u001b[31mred' })],
    ['the key of an annotation', (list) => ({ ...list, annotations: { '\u001b[31mred': 1 } })],
    [
      'a key that came twice',
      (list) => ({ ...list, annotations: { '\u001b[31mred': '', twice: '' } }),
    ],
  ])('shows %s without control characters', async (_what, change) => {
    const text = (json: string): string => json.replace('"twice"', '"\\u001b[31mred"');
    expect(await refusalOfSigned({ list: change, text })).toMatch(/^[\x20-\x7e]*$/);
  });
});
