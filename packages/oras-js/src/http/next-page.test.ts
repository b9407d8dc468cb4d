/** Link headers in every spelling. */
import { describe, expect, it } from '@jest/globals';
import { nextPage } from './next-page.js';
import { retryAfterMs } from './retry-after.js';
import type { HttpResponse } from './send.js';

function next(link: string): string | undefined {
  const url = new URL('https://r.test/v2/app/tags/list?n=2');
  const response = { url, headers: { get: () => link } } as unknown as HttpResponse;
  return nextPage({ method: 'GET', url, operation: 'listing' }, response)?.href;
}

describe('finding the next page', () => {
  for (const [link, expected] of [
    ['</v2/app/tags/list?last=b&n=2>; rel="next"', 'https://r.test/v2/app/tags/list?last=b&n=2'],
    ['<?last=a,b>; rel=next', 'https://r.test/v2/app/tags/list?last=a,b'],
    ['</p>; rel="prev", </n>; title="a, b"; rel="next"', 'https://r.test/n'],
    ['</n>;REL="first next"', 'https://r.test/n'],
    ['/n?x=1; rel="next"', 'https://r.test/n?x=1'],
    ['<https://r.test/n>; rel="next"', 'https://r.test/n'],
    ['</n>; rel="nextish"', undefined],
    ['</n>', undefined],
    ['', undefined],
  ] as const) {
    it(`reads ${link === '' ? 'none' : link}`, () => {
      expect(next(link)).toBe(expected);
    });
  }

  for (const place of [
    'http://r.test/n',
    'https://r.test:444/n',
    'https://x.test/n',
    '//x.test/n',
    'https://',
  ]) {
    it(`refuses ${place}`, () => {
      expect(() => next(`<${place}>; rel="next"`)).toThrow(
        /expected the next page at https:\/\/r.test/,
      );
    });
  }

  it('comes to an end with hostile headers', () => {
    for (const piece of ['<', '<>;', '; a="', 'a;a=', '<a>; rel=']) next(piece.repeat(4000));
  });
});

describe('reading how long to wait', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  for (const [header, expected] of [
    ['120', 120_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:30 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2026-01-01', undefined],
    [null, undefined],
  ] as const) {
    it(`takes ${String(header)} for ${String(expected)}`, () => {
      expect(retryAfterMs(header, now)).toBe(expected);
    });
  }
});
