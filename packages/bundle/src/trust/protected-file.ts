/**
 * Reads a file that decides what is trusted: bounded, through one descriptor,
 * and only when nobody but whoever runs this, or root, can have written it.
 *
 * What is wrong is a result, not an error: whoever asks knows what the file is.
 */
import { constants, open, type FileHandle } from 'node:fs/promises';
import { isStranger, runningUser } from '../owner/running-user.js';
import { octalMode, pathExposure, type Exposure } from './path-exposure.js';

export type ProtectedFile =
  | { readonly state: 'read'; readonly bytes: Buffer; readonly isReadOnly: boolean }
  | { readonly state: 'missing' }
  /** Another user could have changed it, or taken it away. */
  | ({ readonly state: 'exposed' } & Exposure)
  | { readonly state: 'too-large' }
  | { readonly state: 'unreadable'; readonly found: string; readonly cause?: unknown };

const othersMayWrite = 0o022;
const ownerMayWrite = 0o200;

export async function readProtectedFile(file: string, maxBytes: number): Promise<ProtectedFile> {
  try {
    // First, and also when there is no file: whoever may write there has perhaps deleted it.
    const exposure = await pathExposure(file);
    if (exposure !== undefined) return { state: 'exposed', ...exposure };
    // Without O_NONBLOCK, opening a pipe that nobody writes to waits for ever.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readOpened(handle, maxBytes);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const { code } = cause as { readonly code?: string };
    if (code === 'ENOENT') return { state: 'missing' };
    if (code === undefined) throw cause;
    return { state: 'unreadable', found: code, cause };
  }
}

async function readOpened(handle: FileHandle, maxBytes: number): Promise<ProtectedFile> {
  const about = await handle.stat();
  if (!about.isFile()) return { state: 'unreadable', found: 'something that is no plain file' };
  if (isStranger(about, runningUser())) {
    const hint = 'look who wrote it, then make it yours alone: chown';
    return { state: 'exposed', found: `it owned by user ${about.uid}`, hint };
  }
  if ((about.mode & othersMayWrite) !== 0) {
    const hint = 'look who wrote it, then make it yours alone: chmod go-w';
    return { state: 'exposed', found: `mode ${octalMode(about)}`, hint };
  }
  const bytes = Buffer.alloc(maxBytes + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  if (filled > maxBytes) return { state: 'too-large' };
  const isReadOnly = (about.mode & ownerMayWrite) === 0;
  return { state: 'read', bytes: bytes.subarray(0, filled), isReadOnly };
}
