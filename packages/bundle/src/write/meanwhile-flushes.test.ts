/** When bytes are brought to the disk while more are coming, and what becomes of a disk that fails. */
import { describe, expect, it, jest } from '@jest/globals';
import { mebibyte } from '../test-bundles/large-bundle.test.js';
import { MeanwhileFlushes } from './meanwhile-flushes.js';

const step = 32 * mebibyte;

/** A disk whose flushes end when they are told to. */
function disk(): { flush: () => Promise<void>; begun: PromiseWithEnd[] } {
  const begun: PromiseWithEnd[] = [];
  const flush = (): Promise<void> =>
    new Promise((resolve, reject) => begun.push({ resolve, reject }));
  return { flush, begun };
}

interface PromiseWithEnd {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

describe('flushing meanwhile', () => {
  it('begins after each 32 MiB, one at a time', async () => {
    const { flush, begun } = disk();
    const flushes = new MeanwhileFlushes(flush);
    flushes.wrote(step - 1);
    expect(begun).toHaveLength(0);
    flushes.wrote(1);
    flushes.wrote(step);
    expect(begun).toHaveLength(1);
    begun[0]?.resolve();
    await flushes.ended();
    // What came during the first one is due already.
    flushes.wrote(1);
    expect(begun).toHaveLength(2);
  });

  it('is waited for', async () => {
    const { flush, begun } = disk();
    const flushes = new MeanwhileFlushes(flush);
    flushes.wrote(step);
    const ends: string[] = [];
    const waiting = flushes.ended().then(() => ends.push('wait'));
    await new Promise(setImmediate);
    ends.push('flush');
    begun[0]?.resolve();
    await waiting;
    expect(ends).toEqual(['flush', 'wait']);
  });

  it.each([
    [900, 2],
    [1100, 1],
  ])('goes on after one of %d ms: %d in all', async (milliseconds, count) => {
    const { flush, begun } = disk();
    const flushes = new MeanwhileFlushes(flush);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(5000);
    try {
      flushes.wrote(step);
      clock.mockReturnValue(5000 + milliseconds);
      begun[0]?.resolve();
      await flushes.ended();
      flushes.wrote(step);
      expect(begun).toHaveLength(count);
    } finally {
      clock.mockRestore();
    }
  });

  it('tells of a disk that failed once, though it is well again', async () => {
    const { flush, begun } = disk();
    const flushes = new MeanwhileFlushes(flush);
    const failure = Object.assign(new Error('medium error'), { code: 'EIO' });
    flushes.wrote(step);
    begun[0]?.reject(failure);
    await flushes.ended();
    flushes.wrote(step);
    begun[1]?.resolve();
    await flushes.ended();
    expect(() => {
      flushes.check();
    }).toThrow(failure);
  });
});
