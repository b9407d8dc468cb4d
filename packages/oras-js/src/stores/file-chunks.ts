/** Reads a file in pieces that are large enough not to cost more than the hashing of them. */
import type { FileHandle } from 'node:fs/promises';
import type { CallOptions } from '../content/target.js';
import type { ByteRange } from './byte-range.js';

// Measured: 64 KiB reads reach a third of the rate of 1 MiB reads; larger ones gain nothing.
const chunkBytes = 1024 * 1024;

/** Every chunk is a buffer of its own, so the reader may keep it. Does not close `file`. */
export async function* fileChunks(
  file: FileHandle,
  range: ByteRange,
  options: CallOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = range.start;
  while (position < range.end) {
    options.signal?.throwIfAborted();
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, range.end - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    // Shorter than it was a moment ago: whoever verifies says so with the size it expected.
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
