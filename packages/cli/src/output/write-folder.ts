/**
 * Several small files in one new folder: all of them, or none.
 *
 * A folder that has anything in it is left alone, whatever it is.
 */
import { BundleError, outputError, PartialFile } from '@sallyport/bundle';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param files Name in the folder → text.
 * @throws BundleError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` or `OUTPUT_NO_SPACE`.
 */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const isOurs = await claim(folder);
  const written: string[] = [];
  try {
    for (const [name, text] of files) {
      const file = await PartialFile.create(join(folder, name));
      try {
        await file.write([Buffer.from(text)], 0);
        await file.publish();
        written.push(join(folder, name));
      } catch (error) {
        await file.discard();
        throw error;
      }
    }
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    // What somebody else has put there meanwhile keeps the folder.
    if (isOurs) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

/** @returns Whether the folder was made here. */
async function claim(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw outputError(error, folder);
  }
  const found = await readdir(folder).catch((error: unknown) => {
    throw outputError(error, folder);
  });
  if (found.length === 0) return false;
  throw new BundleError(
    'OUTPUT_EXISTS',
    `expected ${folder} to be empty, found ${found.length} files in it`,
    { hint: 'name a folder that is empty, or that is not there yet' },
  );
}
