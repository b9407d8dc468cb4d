/**
 * Asks the file system for all the space of a file at once: it lies together then, the disk may be given
 * several writes to it at the same time, and nobody else takes the space meanwhile.
 *
 * Node has no such call. A small program that nearly every Linux has makes it, of util-linux or BusyBox.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { platform } from 'node:os';

/** In bytes: a smaller file is written before the start of a program pays. */
const worthwhileBytes = 256 * 1024 * 1024;
/** File systems do it in milliseconds; one that writes zeros everywhere is not waited for. */
const patienceMs = 2000;

/** Where it cannot be done the file gets its space as it is written. */
export async function preallocate({ fd }: FileHandle, fileBytes: number): Promise<void> {
  if (fileBytes < worthwhileBytes || platform() !== 'linux') return;
  // The open file itself: another one may have its name by now.
  const program = spawn('fallocate', ['-l', String(fileBytes), '/proc/self/fd/3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  });
  await once(program, 'close').catch(() => undefined);
}
