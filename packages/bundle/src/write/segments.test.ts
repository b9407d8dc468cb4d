/** What an earlier run noted of a blob, each byte of it once. */
import { describe, expect, it } from '@jest/globals';
import { bytesIn, segmentsOf, usableRanges } from './segments.js';

const range = ([start, end]: readonly [number, number]): { start: number; end: number } => ({
  start,
  end,
});

describe('the ranges of a journal', () => {
  it.each<
    readonly [what: string, noted: [number, number][], used: [number, number][], bytes: number]
  >([
    [
      'noted again from their start',
      [
        [0, 8],
        [0, 16],
        [0, 24],
      ],
      [[0, 24]],
      24,
    ],
    [
      'next to each other',
      [
        [8, 16],
        [0, 8],
      ],
      [[0, 16]],
      16,
    ],
    [
      'with a gap',
      [
        [20, 30],
        [0, 8],
      ],
      [
        [0, 8],
        [20, 30],
      ],
      18,
    ],
    [
      'one within another',
      [
        [0, 30],
        [5, 10],
      ],
      [[0, 30]],
      30,
    ],
    [
      'empty, turned round, or beyond the blob',
      [
        [5, 5],
        [9, 3],
        [0, 101],
        [1, 2],
      ],
      [[1, 2]],
      1,
    ],
    ['none', [], [], 0],
  ])('are %s: each byte counts once', (_what, noted, used, bytes) => {
    const usable = usableRanges(100, noted.map(range));
    expect(usable).toEqual(used.map(range));
    expect(bytesIn(usable)).toBe(bytes);
  });

  it('become segments that are written, and the rest between them', () => {
    expect(
      segmentsOf(100, [[20, 30] as const, [0, 8] as const, [0, 10] as const].map(range)),
    ).toEqual([
      { start: 0, end: 10, written: 10 },
      { start: 10, end: 20, written: 10 },
      { start: 20, end: 30, written: 30 },
      { start: 30, end: 100, written: 30 },
    ]);
  });
});
