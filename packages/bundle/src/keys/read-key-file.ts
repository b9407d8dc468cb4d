/**
 * Opens a key file once and reads it through that one descriptor, bounded.
 *
 * Pipes, devices and folders are refused: a key is looked at, its permissions
 * are judged, and both have to be about the same plain file.
 */
import { constants, open, type FileHandle } from 'node:fs/promises';
import { KeyError } from './key-error.js';

/** An RSA key of 16 384 bits, the largest that is brought by mistake, has 13 KB and shall be named as what it is. */
const maxKeyFileBytes = 64 * 1024;

export interface KeyFile {
  readonly text: string;
  /** Permission bits, as of `chmod`. */
  readonly mode: number;
}

/** @throws KeyError `KEY_UNREADABLE`, or `KEY_INVALID` for a file too large to be a key. */
export async function readKeyFile(file: string): Promise<KeyFile> {
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to waits for ever.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readBounded(file, handle);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof KeyError) throw cause;
    throw unreadable(file, cause);
  }
}

async function readBounded(file: string, handle: FileHandle): Promise<KeyFile> {
  const about = await handle.stat();
  if (!about.isFile()) {
    throw new KeyError('KEY_UNREADABLE', `${file}: expected a plain file, found something else`, {
      hint: 'name the file that holds the key',
    });
  }
  const bytes = Buffer.alloc(maxKeyFileBytes + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  if (filled > maxKeyFileBytes) {
    throw new KeyError(
      'KEY_INVALID',
      `${file}: expected a key of at most ${maxKeyFileBytes} bytes, found more`,
    );
  }
  return { text: bytes.toString('latin1', 0, filled), mode: about.mode & 0o777 };
}

function unreadable(file: string, cause: unknown): KeyError {
  const found = (cause as { code?: string }).code ?? 'an unknown error';
  return new KeyError('KEY_UNREADABLE', `${file}: cannot read the key file: ${found}`, {
    cause,
    hint: 'check the path and that this user may read it',
  });
}
