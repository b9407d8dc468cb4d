/**
 * One writer at a time for a file that is read, changed and written again.
 *
 * The lock is a folder, because making one is atomic on every file system. Its
 * holder touches it again and again; a lock that nobody touches belongs to a
 * writer that died, and is moved aside. Times are never compared between
 * machines: a waiter only looks whether the lock changes while it waits.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rmdir, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from '../content/target.js';
import { StorageError, systemErrorCode } from './storage-error.js';

const touchEveryMs = 250;
// Eight touches missed: longer than a busy event loop or a slow disk holds them up.
const deadAfterMs = 2_000;
// Dozens of writers in a row, each with a slow disk, and one that died among them.
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
  const touching = setInterval(() => {
    const now = new Date();
    // It may just have been given back; then there is nothing to touch.
    utimes(lock, now, now).catch(() => undefined);
  }, touchEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await remove(lock);
  }
}

async function acquire(lock: string, { signal }: CallOptions): Promise<void> {
  const beganMs = performance.now();
  let waitMs = firstWaitMs;
  let seen: { readonly state: string; readonly sinceMs: number } | undefined;
  while (!(await tryMake(lock))) {
    const nowMs = performance.now();
    const state = await stateOf(lock);
    if (seen?.state !== state) seen = { state, sinceMs: nowMs };
    if (nowMs - seen.sinceMs > deadAfterMs) {
      await moveAside(lock);
      continue;
    }
    if (nowMs - beganMs > giveUpAfterMs) throw locked(lock);
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

/** Differs between two locks, and between two touches of one. */
async function stateOf(lock: string): Promise<string> {
  try {
    const { ino, mtimeNs } = await stat(lock, { bigint: true });
    return `${ino} ${mtimeNs}`;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 'gone';
    throw error;
  }
}

// By rename, so that of two writers that both saw a dead lock only one removes it.
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

async function remove(lock: string): Promise<void> {
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
