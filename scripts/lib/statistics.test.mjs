import { describe, expect, it } from '@jest/globals';
import { median, spread } from './statistics.mjs';

describe('summing up measurements', () => {
  it('takes the middle one by value, not by turn', () => {
    expect(median([10, 2, 9])).toBe(9);
  });

  it('takes the mean of the two in the middle of an even number', () => {
    expect(median([1, 2, 4, 100])).toBe(3);
  });

  it('shows how far the others lie from it', () => {
    expect(spread([3, 1, 2])).toBe('2.00 [1.00 – 3.00]');
  });
});
