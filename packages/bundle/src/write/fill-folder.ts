/**
 * A folder of new files: all of them, or none.
 *
 * A folder that has anything in it is left alone, whatever it is. Each file has
 * its final name only when its last byte was taken.
 */
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleError } from '../bundle-error.js';
import { outputError } from './output-error.js';
import { PartialFile } from './partial-file.js';

/** @param name Of the file in the folder. */
export type SaveFile = (name: string, bytes: AsyncIterable<Uint8Array>) => Promise<void>;

/**
 * @param folder Made here, or empty.
 * @throws BundleError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` or `OUTPUT_NO_SPACE`; what `fill` throws.
 */
export async function fillFolder<Result>(
  folder: string,
  fill: (save: SaveFile) => Promise<Result>,
): Promise<Result> {
  const isOurs = await claim(folder);
  const written: string[] = [];
  try {
    return await fill(async (name, bytes) => {
      const file = join(folder, name);
      await saveNew(file, bytes);
      written.push(file);
    });
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

async function saveNew(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const partial = await PartialFile.create(file);
  try {
    let at = 0;
    for await (const piece of bytes) {
      await partial.write([piece], at);
      at += piece.byteLength;
    }
    await partial.publish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
}
