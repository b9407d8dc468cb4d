/**
 * The lock file: which digest each name is expected to have.
 *
 * Tags of scanner images move every night; whoever reviews what crosses the gap
 * writes down what was reviewed, and an export with the lock refuses the rest.
 */
import type { BundleManifest } from '@sallyport/bundle';
import { constants } from 'node:fs';
import { access, open, readFile, rename, rm } from 'node:fs/promises';
import {
  formatReference,
  isDigest,
  JsonError,
  objectAt,
  onlyFields,
  parseStrictJson,
  type Digest,
  type Reference,
} from 'oras-js';
import { ExportError } from './export-error.js';

export type Lock = ReadonlyMap<string, Digest>;

const lockVersion = 1;
/** Some thousand names. */
const maxLockBytes = 1024 * 1024;

/** @throws ExportError `EXPORT_LOCK_INVALID` when it is missing or not a lock file. */
export async function readLock(file: string): Promise<Lock> {
  try {
    const bytes = await readFile(file);
    if (bytes.byteLength > maxLockBytes)
      throw new JsonError(`expected at most ${maxLockBytes} bytes`);
    return parseLock(bytes);
  } catch (cause) {
    const reason = cause instanceof JsonError ? cause.message : 'it cannot be read';
    throw new ExportError('EXPORT_LOCK_INVALID', `expected a lock file at ${file}: ${reason}`, {
      hint: `write one with --update-lock ${file}`,
      cause,
    });
  }
}

/** As `readLock`; an empty lock where there is no file yet. */
export async function readLockIfThere(file: string): Promise<Lock> {
  try {
    await access(file);
  } catch {
    return new Map();
  }
  return readLock(file);
}

/** Replaces the file in one step. Names that it had and that were not exported now are kept. */
export async function writeLock(file: string, lock: Lock): Promise<void> {
  const images = Object.fromEntries([...lock].sort(([a], [b]) => (a < b ? -1 : 1)));
  const partial = `${file}.partial`;
  try {
    await rm(partial, { force: true });
    const handle = await open(
      partial,
      constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY,
      0o644,
    );
    try {
      await handle.writeFile(`${JSON.stringify({ version: lockVersion, images }, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new ExportError('EXPORT_LOCK_INVALID', `cannot write the lock file ${file}`, {
      hint: 'check that the folder exists and that you may write there',
      cause,
    });
  }
}

/**
 * A name with a digest locks itself.
 *
 * @param digest Undefined for a name that is gone.
 * @throws ExportError `EXPORT_LOCK_MISMATCH` when `reference` is not locked, or locked to another digest.
 */
export function requireLocked(lock: Lock, reference: Reference, digest: Digest | undefined): void {
  if (reference.digest !== undefined) return;
  const name = formatReference(reference);
  const expected = lock.get(name);
  if (expected === digest) return;
  throw new ExportError(
    'EXPORT_LOCK_MISMATCH',
    `expected ${name} to be ${expected ?? 'in the lock file'}, found ${digest ?? 'nothing'}`,
    { hint: 'review what changed, then write the lock again with --update-lock' },
  );
}

/** What a lock says after an export: its tags, over what it said before. */
export function updatedLock(before: Lock, { sources }: Pick<BundleManifest, 'sources'>): Lock {
  const tags = sources.filter(({ reference }) => !isDigest(reference));
  return new Map([
    ...before,
    ...tags.map(
      ({ host, repository, reference, digest }) =>
        [`${host}/${repository}:${reference}`, digest] as const,
    ),
  ]);
}

function parseLock(bytes: Uint8Array): Lock {
  const lock = objectAt(parseStrictJson(bytes), 'the lock');
  onlyFields(lock, ['version', 'images'], 'the lock');
  if (lock['version'] !== lockVersion) throw new JsonError(`expected version ${lockVersion}`);
  return new Map(
    Object.entries(objectAt(lock['images'], 'images')).map(([name, digest]) => {
      if (typeof digest === 'string' && isDigest(digest)) return [name, digest];
      throw new JsonError(`expected a digest for ${JSON.stringify(name.slice(0, 300))}`);
    }),
  );
}
