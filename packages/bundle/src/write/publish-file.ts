/** Gives a file that was written under another name its own, for good. */
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { BundleError } from '../bundle-error.js';
import { outputError, outputExists } from './output-error.js';

/** Whatever it is, also a link to nothing. */
export async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** @throws BundleError `OUTPUT_EXISTS`; `OUTPUT_UNWRITABLE` when nobody can tell. */
export async function requireAbsent(file: string): Promise<void> {
  const found = await isThere(file).catch((error: unknown) => {
    throw outputError(error, file);
  });
  if (found) throw outputExists(file);
}

/** @throws BundleError `OUTPUT_UNWRITABLE` */
export async function requireNoFolder(file: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  throw new BundleError('OUTPUT_UNWRITABLE', `expected no folder at ${file}, found one`, {
    hint: 'move that folder away, or name another output',
  });
}

/**
 * Renames, without replacing what is there: a hard link fails when the name is taken.
 *
 * @throws BundleError `OUTPUT_EXISTS`
 */
export async function publishAs(partial: string, file: string): Promise<void> {
  try {
    await link(partial, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw outputExists(file);
    // FAT and some network file systems have no links.
    await requireAbsent(file);
    await rename(partial, file);
    return;
  }
  await rm(partial);
}

/** Some file systems cannot flush a folder, and some folders may be written but not opened: the name is then as safe as it gets. */
const unflushable: readonly unknown[] = ['EINVAL', 'ENOTSUP', 'EACCES', 'EPERM'];

/** Makes names in it last. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (!unflushable.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}
