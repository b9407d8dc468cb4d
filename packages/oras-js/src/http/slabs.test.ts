import { describe, expect, it } from '@jest/globals';
import { giveBack, isAllBack, kept, lend, slabBytes, takeSlab } from './slabs.js';

describe('lending parts of a slab', () => {
  it('uses it again when its connection has left it and the last part came back', () => {
    const slab = takeSlab();
    const parts = [slab.subarray(0, 10), slab.subarray(10, 30)];
    for (const part of parts) lend(part);
    const [first, second] = parts as [Buffer, Buffer];
    giveBack(slab);
    giveBack(first);
    const other = takeSlab();
    expect(other.buffer).not.toBe(slab.buffer);
    giveBack(second.subarray(5));
    expect(takeSlab().buffer).toBe(slab.buffer);
    giveBack(other);
    giveBack(slab);
  });

  it('tells its connection when all parts came back', () => {
    const slab = takeSlab();
    const part = slab.subarray(0, 10);
    expect(isAllBack(slab)).toBe(true);
    lend(part);
    expect(isAllBack(slab)).toBe(false);
    giveBack(part);
    expect(isAllBack(slab)).toBe(true);
    giveBack(slab);
  });

  it('copies what is lent for whoever keeps it, and nothing else', () => {
    const slab = takeSlab();
    const part = slab.subarray(0, 4).fill(7);
    const copy = kept(part);
    expect(copy.buffer).not.toBe(slab.buffer);
    expect(copy).toEqual(part);
    const own = Buffer.alloc(4);
    expect(kept(own)).toBe(own);
    giveBack(slab);
  });

  it('leaves memory that is no slab to its owner', () => {
    const own = Buffer.allocUnsafeSlow(slabBytes);
    giveBack(own);
    expect(takeSlab().buffer).not.toBe(own.buffer);
  });
});
