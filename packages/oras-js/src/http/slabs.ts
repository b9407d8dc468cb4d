/**
 * Memory that connections read into, used again and again.
 *
 * New memory for each read costs as much as hashing what was read. A slab
 * belongs to one connection until a read has filled enough of it; then it is
 * lent to the reader, and comes back when the reader asks for more.
 */

/** Larger ones gain nothing: a read seldom brings more at once. */
export const slabBytes = 1024 * 1024;
/** Of those that nobody uses; more are left to the garbage collector. */
const maxFreeSlabs = 16;

const freeSlabs: Buffer[] = [];
/** By their memory, by which a part of one is known as well. */
const lentSlabs = new WeakMap<ArrayBufferLike, Buffer>();

export function takeSlab(): Buffer {
  // Of its own memory: a pooled buffer shares it with others.
  return freeSlabs.pop() ?? Buffer.allocUnsafeSlow(slabBytes);
}

/** From now on it is the reader's, who returns it, or any part of it, with `giveBack`. */
export function lend(slab: Buffer): void {
  lentSlabs.set(slab.buffer, slab);
}

/** Takes back what was lent. Any other chunk is its owner's and is left alone. */
export function giveBack(chunk: Uint8Array): void {
  const slab = lentSlabs.get(chunk.buffer);
  if (slab === undefined) return;
  lentSlabs.delete(chunk.buffer);
  if (freeSlabs.length < maxFreeSlabs) freeSlabs.push(slab);
}

/** The chunk, or a copy of it when it is only lent. */
export function kept(chunk: Uint8Array): Uint8Array {
  return lentSlabs.has(chunk.buffer) ? Buffer.from(chunk) : chunk;
}
