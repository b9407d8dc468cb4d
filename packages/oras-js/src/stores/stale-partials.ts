/** Removes what writers left in a staging folder when they were killed. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from './storage-error.js';

// A living writer touches its file with every piece; none waits for a registry for a whole day.
const staleAfterMs = 24 * 60 * 60 * 1000;

export async function removeStalePartials(stagingFolder: string): Promise<void> {
  const oldest = Date.now() - staleAfterMs;
  for (const name of await readdir(stagingFolder)) {
    const file = join(stagingFolder, name);
    if (name.endsWith('.partial') && (await changedAtMs(file)) < oldest) {
      await rm(file, { force: true });
    }
  }
}

async function changedAtMs(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    // Another writer has just finished with it.
    if (systemErrorCode(error) === 'ENOENT') return Infinity;
    throw error;
  }
}
