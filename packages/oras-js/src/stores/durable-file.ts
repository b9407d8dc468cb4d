/**
 * Files that appear under their final name complete, or not at all.
 *
 * What is written goes to a staging file of its own first; a crash at any
 * moment leaves at most that staging file, which no reader looks at.
 */
import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Runs `write` on a new file in `stagingFolder`, then renames it to `file`.
 *
 * Both have to be on one file system. When `write` fails, `file` is as it was.
 */
export async function writeDurably(
  stagingFolder: string,
  file: string,
  write: (staged: FileHandle) => Promise<void>,
): Promise<void> {
  const staging = join(stagingFolder, `${randomUUID()}.partial`);
  // Exclusive: nobody can have prepared a link of that name to somewhere else.
  const staged = await open(staging, 'wx', 0o644);
  try {
    try {
      await write(staged);
      await staged.sync();
    } finally {
      await staged.close();
    }
    await renameDurably(staging, file);
  } catch (error) {
    await rm(staging, { force: true });
    throw error;
  }
}

/** Renames a file whose bytes are on disk already, and waits until the new name is, too. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncPath(dirname(to));
}

/** Waits until a file, or the list of names in a folder, is on disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
