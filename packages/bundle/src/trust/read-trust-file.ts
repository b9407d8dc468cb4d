/** Reads the trust file of a site; refuses one that somebody else could have written. */
import { parseTrustFile } from './parse-trust-file.js';
import { readProtectedFile } from './protected-file.js';
import type { SiteTrust } from './site-trust.js';
import { TrustFileError } from './trust-file-error.js';

/** 256 keys with their reasons take 200 KB. */
const maxTrustFileBytes = 1024 * 1024;

/** @throws TrustFileError, KeyError; see `parseTrustFile`. A missing file is `TRUST_FILE_UNREADABLE`. */
export async function readTrustFile(file: string): Promise<SiteTrust> {
  const trust = await readTrustFileIfThere(file);
  if (trust !== undefined) return trust;
  throw new TrustFileError(
    'TRUST_FILE_UNREADABLE',
    `expected a trust file at ${file}, found none`,
    {
      hint: 'check the path, or make one with "sallyport trust add"',
    },
  );
}

/** As `readTrustFile`, and undefined when there is none. */
export async function readTrustFileIfThere(file: string): Promise<SiteTrust | undefined> {
  const read = await readProtectedFile(file, maxTrustFileBytes);
  switch (read.state) {
    case 'read':
      return parseTrustFile(read.bytes, file);
    case 'missing':
      return undefined;
    case 'exposed':
      throw new TrustFileError(
        'TRUST_FILE_PERMISSIONS',
        `expected that nobody but this user can write ${file}, found ${read.found}`,
        { hint: read.hint },
      );
    case 'too-large':
      throw new TrustFileError(
        'TRUST_FILE_INVALID',
        `expected a trust file of at most ${maxTrustFileBytes} bytes at ${file}, found more`,
      );
    case 'unreadable':
      throw new TrustFileError(
        'TRUST_FILE_UNREADABLE',
        `expected a readable trust file at ${file}, found ${read.found}`,
        { cause: read.cause, hint: 'check the path and that this user may read it' },
      );
  }
}
