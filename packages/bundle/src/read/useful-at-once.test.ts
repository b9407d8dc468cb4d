import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { usefulAtOnce } from './useful-at-once.js';

const mebibyte = 1024 * 1024;

describe('how many blobs at once are worth it', () => {
  it.each([
    ['nothing', [], 1],
    ['one blob', [800], 1],
    ['one of them is nearly half of it', [800, 300, 220, 200, 190], 2],
    ['one of them is less than half of it', [800, 300, 300, 300, 190], 3],
    ['one of them is nearly all of it', [6000, 30, 1], 2],
    ['all are alike', [100, 100, 100, 100, 100, 100], 6],
    [
      'a large one, and very many that are mostly requests',
      [800, ...Array<number>(1000).fill(0)],
      6,
    ],
  ])('is so when there is %s', (_what, sizes, expected) => {
    expect(usefulAtOnce(sizes.map((size) => size * mebibyte))).toBe(expected);
  });

  it('leaves nearly as many connections as all others need while the largest is sent', () => {
    const sizes = fc.array(fc.nat(2 ** 33), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(sizes, (each) => {
        const others = each.reduce((sum, size) => sum + size, 0) - Math.max(...each);
        const connections = usefulAtOnce(each);
        const largest = Math.max(...each) + 4 * mebibyte;
        expect(others).toBeLessThanOrEqual((connections - 0.75) * largest);
        expect(connections > 1 || each.length === 1).toBe(true);
      }),
    );
  });
});
