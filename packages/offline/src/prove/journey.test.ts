import { describe, expect, it } from '@jest/globals';
import { Journey } from './journey.js';

const second = Date.UTC(2026, 0, 2);

/** @param answers Host, what its clock says in whole seconds after the start, when that arrived. */
function skewAfter(...answers: [host: string, says: number | undefined, atMs: number][]) {
  let nowMs = second;
  const journey = new Journey(() => new Date(nowMs));
  journey.begin();
  for (const [host, says, atMs] of answers) {
    nowMs = second + atMs;
    const serverTimeMs = says === undefined ? undefined : second + says * 1000;
    journey.note({ url: `https://${host}/v2/`, serverTimeMs });
  }
  return journey.clockSkewSeconds;
}

describe('the clock of a registry that is proven', () => {
  it.each([0, 1, 500, 999])('is not off when a header is %d ms older than now', (atMs) => {
    expect(skewAfter(['r', 0, atMs])).toBe(0);
  });

  it('is behind by what is more than the second that a header counts', () => {
    expect(skewAfter(['r', -90, 0])).toBe(-89);
  });

  it('is ahead by the difference', () => {
    expect(skewAfter(['r', 120, 0])).toBe(120);
  });

  it('is judged by the answer that was the least time on its way', () => {
    expect(skewAfter(['r', 0, 7000], ['r', 8, 8100])).toBe(0);
  });

  it('is not that of a storage host', () => {
    expect(skewAfter(['r', -60, 0], ['storage', 0, 10])).toBe(-59);
  });

  it('is unknown when the registry does not tell the time', () => {
    expect(skewAfter(['r', undefined, 0], ['storage', 0, 10])).toBeUndefined();
  });
});
