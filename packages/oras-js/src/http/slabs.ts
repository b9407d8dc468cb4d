/**
 * Memory that connections read into, used again and again.
 *
 * New memory for each read costs as much as hashing what was read. A slab
 * belongs to one connection, which fills it read by read; each filled part is
 * lent to a reader. It is used again when the connection has left it and every
 * part has come back.
 */

/** Larger ones gain nothing: a read seldom brings more at once. Of 512 KiB, reading costs a twentieth more. */
export const slabBytes = 768 * 1024;
/** Of those that nobody uses; more are left to the garbage collector. */
const maxFreeSlabs = 16;

const freeSlabs: Buffer[] = [];

interface SlabUse {
  readonly slab: Buffer;
  /** The connection, and each part that is lent. */
  users: number;
}

/** By their memory, by which a part of one is known as well. */
const usedSlabs = new WeakMap<ArrayBufferLike, SlabUse>();

/** For a connection, which leaves it with `giveBack`. */
export function takeSlab(): Buffer {
  // Of its own memory: a pooled buffer shares it with others.
  const slab = freeSlabs.pop() ?? Buffer.allocUnsafeSlow(slabBytes);
  usedSlabs.set(slab.buffer, { slab, users: 1 });
  return slab;
}

/** From now on the part is the reader's, who returns it, or any part of it, with one `giveBack`. */
export function lend(part: Buffer): void {
  const use = usedSlabs.get(part.buffer);
  if (use !== undefined) use.users += 1;
}

/** Whether every part of a slab has come back, so that its connection may fill it from the start. */
export function isAllBack(slab: Buffer): boolean {
  return usedSlabs.get(slab.buffer)?.users === 1;
}

/** Takes back a slab or what was lent of one. Any other chunk is its owner's and is left alone. */
export function giveBack(chunk: Uint8Array): void {
  const use = usedSlabs.get(chunk.buffer);
  if (use === undefined) return;
  use.users -= 1;
  if (use.users > 0) return;
  usedSlabs.delete(chunk.buffer);
  if (freeSlabs.length < maxFreeSlabs) freeSlabs.push(use.slab);
}

/** The chunk, or a copy of it when it is only lent. */
export function kept(chunk: Uint8Array): Uint8Array {
  return usedSlabs.has(chunk.buffer) ? Buffer.from(chunk) : chunk;
}
