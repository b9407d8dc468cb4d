/**
 * One writer at a time for a file that is read, changed and written again.
 *
 * The lock is a folder, because making one is atomic on every file system. Its
 * holder needs it for milliseconds, so one that is seconds old belongs to a
 * writer that died; it is moved aside and the lock is taken over.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rmdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from '../content/target.js';
import { StorageError, systemErrorCode } from './storage-error.js';

// A rewrite of index.json with its two fsyncs took up to 300 ms on a loaded laptop disk.
const staleAfterMs = 10_000;
// Dozens of writers in a row, each with a slow disk, and one takeover among them.
const giveUpAfterMs = 60_000;
const firstWaitMs = 2;
const longestWaitMs = 100;

/** @throws StorageError `LAYOUT_LOCKED` */
export async function withFolderLock<Result>(
  lock: string,
  work: () => Promise<Result>,
  options: CallOptions = {},
): Promise<Result> {
  await acquire(lock, options);
  try {
    return await work();
  } finally {
    await removeLock(lock);
  }
}

async function acquire(lock: string, { signal }: CallOptions): Promise<void> {
  let waitMs = firstWaitMs;
  const deadline = Date.now() + giveUpAfterMs;
  while (!(await tryMake(lock))) {
    if (await isStale(lock)) {
      await moveAside(lock);
      continue;
    }
    if (Date.now() > deadline) throw locked(lock);
    await sleep(waitMs, undefined, { signal }).catch((error: unknown) => {
      throw signal?.aborted === true ? signal.reason : error;
    });
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  }
}

async function tryMake(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock);
    return Math.abs(Date.now() - mtimeMs) > staleAfterMs;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

// By rename, so that of two writers that both saw a stale lock only one removes it.
async function moveAside(lock: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  await rmdir(aside);
}

async function removeLock(lock: string): Promise<void> {
  try {
    await rmdir(lock);
  } catch (error) {
    // Taken over after a long sleep of this machine: it is no longer ours to remove.
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

function locked(lock: string): StorageError {
  return new StorageError(
    'LAYOUT_LOCKED',
    `expected ${lock} to be free within ${giveUpAfterMs / 1000} seconds, found it held by another writer`,
    { hint: 'wait for the other writer to end, then run it again' },
  );
}
