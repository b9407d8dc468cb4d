/** The same bytes as a file and as a pipe: what reads a bundle has to take both. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { tempDir } from './temp-dir.js';

export type Way = 'a file' | 'a pipe';

export const bothWays: readonly Way[] = ['a file', 'a pipe'];

/** Hands the name of a file, or a stream, to `use`; the file is gone afterwards. */
export async function asFileOrPipe(
  bytes: Uint8Array,
  way: Way,
  use: (source: string | Readable) => Promise<void>,
): Promise<void> {
  if (way === 'a pipe') {
    await use(Readable.from([bytes]));
    return;
  }
  await using dir = await tempDir();
  const file = join(dir.path, 'bundle.tar');
  await writeFile(file, bytes);
  await use(file);
}
