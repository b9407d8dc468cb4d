/**
 * Reads a file that decides what is trusted: bounded, through one descriptor,
 * and only when nobody but whoever runs this, or root, can have written it.
 *
 * What is wrong is a result, not an error: whoever asks knows what the file is.
 */
import { constants, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isStranger, runningUser } from '../owner/running-user.js';

export type ProtectedFile =
  | { readonly state: 'read'; readonly bytes: Buffer; readonly isReadOnly: boolean }
  | { readonly state: 'missing' }
  /** Another user could have changed it. */
  | { readonly state: 'exposed'; readonly found: string }
  | { readonly state: 'too-large' }
  | { readonly state: 'unreadable'; readonly found: string; readonly cause?: unknown };

const othersMayWrite = 0o022;
const ownerMayWrite = 0o200;
/** In a folder with this bit, as `/tmp` has it, only the owner of a file can replace it. */
const sticky = 0o1000;

export async function readProtectedFile(file: string, maxBytes: number): Promise<ProtectedFile> {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to waits for ever.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return (await exposedFolder(file)) ?? (await readOpened(handle, maxBytes));
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

// Whoever may write to the folder can put another file in its place.
async function exposedFolder(file: string): Promise<ProtectedFile | undefined> {
  const folder = dirname(await realpath(file));
  const { mode, uid } = await stat(folder);
  if (isStranger({ uid }, runningUser())) {
    return { state: 'exposed', found: `its folder ${folder} owned by user ${uid}` };
  }
  if ((mode & othersMayWrite) === 0 || (mode & sticky) !== 0) return undefined;
  return { state: 'exposed', found: `its folder ${folder} with mode ${octal(mode)}` };
}

async function readOpened(handle: FileHandle, maxBytes: number): Promise<ProtectedFile> {
  const about = await handle.stat();
  if (!about.isFile()) return { state: 'unreadable', found: 'something that is no plain file' };
  if (isStranger(about, runningUser()))
    return { state: 'exposed', found: `it owned by user ${about.uid}` };
  if ((about.mode & othersMayWrite) !== 0) {
    return { state: 'exposed', found: `mode ${octal(about.mode)}` };
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

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
