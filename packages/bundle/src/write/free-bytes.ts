/** What a user may still write to the disk on which a file is or will be. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { outputError } from './output-error.js';

/**
 * @returns In bytes; what the system keeps for itself is not counted.
 * @throws BundleError `OUTPUT_UNWRITABLE`
 */
export async function freeBytesBeside(file: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(dirname(file));
    return bavail * bsize;
  } catch (error) {
    throw outputError(error, file);
  }
}
