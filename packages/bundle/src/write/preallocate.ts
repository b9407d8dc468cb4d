/**
 * Asks the file system for all the space of a file at once: it lies together then, nobody else takes the space
 * meanwhile, and a kernel that can do so writes to several places of it at the same time.
 *
 * Node has no such call. A small program that nearly every Linux has makes it, of util-linux or BusyBox.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statfs, type FileHandle } from 'node:fs/promises';
import { platform } from 'node:os';

/** In bytes: a smaller file is written before the start of a program pays. */
const worthwhileBytes = 256 * 1024 * 1024;
/** ext4, XFS and Btrfs do it in milliseconds. In memory or over a network it takes as long as writing, or is not there. */
const quickTypes: readonly number[] = [0xef53, 0x58465342, 0x9123683e];
const patienceMs = 2000;

/** Where it cannot be done the file gets its space as it is written, and whoever writes is told when there is none. */
export async function preallocate({ fd }: FileHandle, fileBytes: number): Promise<void> {
  if (fileBytes < worthwhileBytes || platform() !== 'linux') return;
  try {
    // The open file itself: another one may have its name by now.
    const { type } = await statfs(`/proc/self/fd/${fd}`);
    if (quickTypes.includes(type)) await runOn(fd, fileBytes);
  } catch {
    // The program is missing, or the system lets nobody start it.
  }
}

async function runOn(fd: number, fileBytes: number): Promise<void> {
  const program = spawn('fallocate', ['-l', String(fileBytes), '/proc/self/fd/3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  const timer = setTimeout(() => program.kill('SIGKILL'), patienceMs);
  try {
    await once(program, 'close');
  } finally {
    clearTimeout(timer);
  }
}
