/** Writes a stream into its place in a file, in large pieces. */
import { pieceBytes } from '../limits.js';
import type { PartialFile } from './partial-file.js';

/**
 * Network chunks of 64 KiB are gathered without copying them: one `writev` a MiB
 * costs a third of the CPU of a write for each chunk.
 */
export async function writeAt(
  file: PartialFile,
  position: number,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  let at = position;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;

  const flush = async (): Promise<void> => {
    await file.write(gathered, at);
    at += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
  };

  for await (const chunk of bytes) {
    gathered.push(chunk);
    gatheredBytes += chunk.byteLength;
    if (gatheredBytes >= pieceBytes) await flush();
  }
  if (gatheredBytes > 0) await flush();
}
