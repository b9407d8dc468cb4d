/** Writes a stream into its place in a file, in large pieces. */
import type { FileHandle } from 'node:fs/promises';
import { pieceBytes } from '../limits.js';

/**
 * Network chunks of 64 KiB are gathered without copying them: one `writev` a MiB
 * costs a third of the CPU of a write for each chunk.
 */
export async function writeAt(
  handle: FileHandle,
  position: number,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  let at = position;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;

  const flush = async (): Promise<void> => {
    const pieces = gathered;
    const expected = gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
    await writeAll(handle, pieces, expected, at);
    at += expected;
  };

  for await (const chunk of bytes) {
    gathered.push(chunk);
    gatheredBytes += chunk.byteLength;
    if (gatheredBytes >= pieceBytes) await flush();
  }
  if (gatheredBytes > 0) await flush();
}

// A short write is legal (a signal, a nearly full disk); the rest follows, or its error does.
async function writeAll(
  handle: FileHandle,
  pieces: readonly Uint8Array[],
  expected: number,
  position: number,
): Promise<void> {
  const { bytesWritten } = await handle.writev([...pieces], position);
  if (bytesWritten === expected) return;
  const rest = Buffer.concat(pieces).subarray(bytesWritten);
  await writeAll(handle, [rest], rest.byteLength, position + bytesWritten);
}
