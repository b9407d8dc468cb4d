/**
 * Who holds a lock, so that a waiter can tell whether that one still lives.
 *
 * On Linux a process is known by boot, process namespace, number and start
 * time: numbers are used again, the four together are not. Elsewhere, or from
 * another machine or container, nothing can be known this way.
 */
import { readFile, readlink } from 'node:fs/promises';

export interface LockOwner {
  /** Boot and process namespace: within one of them, process numbers can be asked about. */
  readonly world: string | undefined;
  readonly pid: string | undefined;
  /** In clock ticks since boot. */
  readonly started: string | undefined;
}

export async function thisProcess(): Promise<LockOwner> {
  const unknown = { world: undefined, pid: undefined, started: undefined };
  try {
    const pid = await readlink('/proc/self');
    const started = await startOf(pid);
    if (started === undefined) return unknown;
    return { world: await thisWorld(), pid, started };
  } catch (error) {
    if (isSystemError(error)) return unknown;
    throw error;
  }
}

export type Life = 'alive' | 'gone' | 'unknown';

export async function lifeOf(owner: LockOwner, asker: LockOwner): Promise<Life> {
  const { world, pid, started } = owner;
  if (world === undefined || pid === undefined || world !== asker.world) return 'unknown';
  return (await startOf(pid)) === started ? 'alive' : 'gone';
}

async function thisWorld(): Promise<string> {
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
  return `${boot} ${await readlink('/proc/self/ns/pid')}`;
}

/** undefined when there is no such process. */
async function startOf(pid: string): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The name of the program stands in parentheses and may hold spaces; the start is field 22.
    const [, , , , , , , , , , , , , , , , , , , start] = afterName(stat).split(' ');
    // A process that has ended and whose parent has not noticed yet runs no more.
    return afterName(stat).startsWith('Z') ? undefined : start;
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function afterName(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2);
}

function isSystemError(error: unknown): boolean {
  return typeof (error as { readonly code?: unknown } | null)?.code === 'string';
}
