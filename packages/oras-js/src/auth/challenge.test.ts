/** Challenges as servers really write them. */
import { describe, expect, it } from '@jest/globals';
import { chooseChallenge, parseChallenges } from './challenge.js';

describe('reading a challenge', () => {
  for (const [how, header, expected] of [
    [
      'with quotes',
      'Bearer realm="https://auth.test/token",service="reg",scope="repository:a/b:pull,push"',
      { realm: 'https://auth.test/token', service: 'reg', scope: 'repository:a/b:pull,push' },
    ],
    [
      'in lower case without quotes',
      'bearer realm=https://a.test/t, service=x',
      { realm: 'https://a.test/t', service: 'x' },
    ],
    [
      'in any order, with white space',
      'Bearer  service = "x" ,\trealm = "r"',
      { realm: 'r', service: 'x' },
    ],
    ['with escapes', String.raw`Bearer realm="a\"b\\c"`, { realm: String.raw`a"b\c` }],
    ['with names in capitals', 'BEARER Realm="r"', { realm: 'r' }],
  ] as const) {
    it(`takes one ${how}`, () => {
      expect(chooseChallenge(parseChallenges(header))).toEqual({
        scheme: 'bearer',
        parameters: expected,
      });
    });
  }

  it('chooses Bearer among several in one header', () => {
    const header =
      'Negotiate, Basic realm="x, Bearer y", Bearer realm="https://a.test/t",service="s"';
    expect(parseChallenges(header).map(({ scheme }) => scheme)).toEqual([
      'negotiate',
      'basic',
      'bearer',
    ]);
    expect(chooseChallenge(parseChallenges(header))?.parameters['realm']).toBe('https://a.test/t');
  });

  it('takes Basic in any case', () => {
    expect(chooseChallenge(parseChallenges('BASIC realm="Nexus"'))?.scheme).toBe('basic');
  });

  it('chooses nothing among those it cannot answer', () => {
    for (const header of ['', 'Negotiate', 'Bearer', 'Digest realm="x"', '"', ',,,', '=']) {
      expect(chooseChallenge(parseChallenges(header))).toBeUndefined();
    }
  });

  it('comes to an end with hostile headers', () => {
    for (const piece of ['Bearer ', 'a="', 'a=b,', '\\', 'a="\\']) {
      expect(parseChallenges(piece.repeat(20_000)).length).toBeLessThan(10_000);
    }
  });
});
