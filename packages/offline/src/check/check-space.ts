/** How much space is left: only of a folder on this computer can that be known. */
import { statfs } from 'node:fs/promises';
import { CheckError } from './check-error.js';
import { fail, ok, unknown, type CheckAnswer } from './check-line.js';

export async function checkSpace(folder: string | undefined): Promise<CheckAnswer> {
  if (folder === undefined) {
    return unknown(
      'registries do not tell',
      'name the folder with --space where the registry keeps its files on this computer',
    );
  }
  try {
    const { bavail, bsize } = await statfs(folder);
    return ok(`${((bavail * bsize) / 1e9).toFixed(1)} GB are free in ${folder}`);
  } catch (cause) {
    const error = new CheckError(
      'CHECK_FOLDER_UNREADABLE',
      `expected a folder at ${folder}, found none that can be read`,
      { cause },
    );
    return fail(error, 'name the folder in which the registry keeps its files');
  }
}
