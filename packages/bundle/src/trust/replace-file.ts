/**
 * Puts a new text in the place of a small file: a crash at any moment leaves the old one or the new one.
 *
 * Only for whoever holds the lock of that file: two at once would share one `.partial`.
 */
import { open, rm } from 'node:fs/promises';
import { renameDurably } from 'oras-js';

/** @param mode Permissions of the new file, whatever the umask. @throws what the file system says. */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const partial = `${file}.partial`;
  // Left behind by a run that was killed.
  await rm(partial, { force: true });
  // Exclusive: nobody can have prepared a link of that name to somewhere else.
  const handle = await open(partial, 'wx', mode);
  try {
    try {
      await handle.chmod(mode);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameDurably(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
