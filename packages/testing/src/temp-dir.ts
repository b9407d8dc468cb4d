/** A folder for one test, gone when the test is over. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir extends AsyncDisposable {
  readonly path: string;
}

export async function tempDir(): Promise<TempDir> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'sallyport-'));
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      // A child that was just killed may still be writing its last file.
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    },
  };
}
