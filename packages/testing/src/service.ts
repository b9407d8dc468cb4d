/**
 * A server that other hands wrote, as a child process: started, waited for, ended.
 *
 * It gets no setting from the environment of the test, only from its command line.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { eventually } from './eventually.js';
import { findProgram } from './programs.js';

export interface ServiceCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Its working folder. */
  readonly folder: string;
  /** Takes what it says on both its outputs; is added to. */
  readonly logFile: string;
  /** Throws while it is not up yet. */
  readonly isUp: () => Promise<unknown>;
}

export interface Service {
  /** Returns when it has ended; harmless when it has already. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export async function startService(command: ServiceCommand): Promise<Service> {
  const { program, args, folder, logFile, isUp } = command;
  const log = openSync(logFile, 'a');
  const child = spawn(findProgram(program) ?? program, [...args], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  closeSync(log);
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`expected ${program} to run, found that it ended with ${String(code)}`);
  });
  // Awaited below while it starts; later endings are somebody's wish.
  ended.catch(() => undefined);
  try {
    await Promise.race([eventually(isUp), ended]);
  } catch (error) {
    await endChild(child, 'SIGKILL');
    throw error;
  }
  return { end: (signal) => endChild(child, signal) };
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
