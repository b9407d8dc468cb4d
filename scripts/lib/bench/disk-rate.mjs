/** What a disk takes from one writer through the page cache, the flush at the end included. */
import { randomFillSync } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../run-program.mjs';

const pieceBytes = 4 * 1024 * 1024;
const pieces = 128;

/** @returns {Promise<number>} In bytes for each second. */
export async function diskRate(folder) {
  const file = join(folder, 'disk-rate');
  const piece = randomFillSync(Buffer.allocUnsafe(pieceBytes));
  // What others left to be written is not this one's to pay for.
  await runProgram('sync', []);
  const handle = await open(file, 'w');
  try {
    const started = performance.now();
    for (let at = 0; at < pieces; at += 1) {
      await handle.write(piece, 0, pieceBytes, at * pieceBytes);
    }
    await handle.datasync();
    return (pieces * pieceBytes * 1000) / (performance.now() - started);
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
}
