/** What a user may still write to the disk on which a file is or will be. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** @returns In bytes; what the system keeps for itself is not counted. */
export async function freeBytesBeside(file: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(file));
  return bavail * bsize;
}
