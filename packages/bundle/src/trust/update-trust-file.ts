/**
 * Changes a trust file: read, changed and written again under a lock.
 *
 * A crash at any moment leaves the old file or the new one; two who change it
 * at once do so one after the other.
 */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode, withFolderLock } from 'oras-js';
import { formatTrustFile } from './format-trust-file.js';
import { readTrustFileIfThere } from './read-trust-file.js';
import { replaceFile } from './replace-file.js';
import { emptyTrust, type SiteTrust } from './site-trust.js';
import { TrustFileError } from './trust-file-error.js';

/** What is in it is public; who may change it is not. */
const fileMode = 0o644;
const folderMode = 0o700;

/**
 * @param change Gets what the file says, or `emptyTrust` when there is none, and returns what it shall say.
 * @returns What was written.
 * @throws TrustFileError, KeyError, and what `change` throws; the file is then as it was.
 */
export async function updateTrustFile(
  file: string,
  change: (trust: SiteTrust) => SiteTrust,
): Promise<SiteTrust> {
  const folder = dirname(file);
  try {
    await mkdir(folder, { recursive: true, mode: folderMode });
    return await withFolderLock(`${file}.lock`, async () => {
      const changed = change((await readTrustFileIfThere(file)) ?? emptyTrust);
      await replaceFile(file, formatTrustFile(changed), fileMode);
      return changed;
    });
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): unknown {
  if (hasCode(cause, 'LAYOUT_LOCKED')) {
    return new TrustFileError('TRUST_FILE_LOCKED', `expected ${file} to be free, found it locked`, {
      cause,
      hint: 'wait for the other change to end, then try again',
    });
  }
  const { code, syscall } = cause as { readonly code?: unknown; readonly syscall?: unknown };
  if (typeof code !== 'string' || syscall === undefined) return cause;
  return new TrustFileError('TRUST_FILE_UNWRITABLE', `cannot write ${file} (${code})`, {
    cause,
    hint: 'check that this user may write there and that the disk has space',
  });
}
