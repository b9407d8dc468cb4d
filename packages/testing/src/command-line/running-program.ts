/** A program that a test talks to while it runs: its input, what it has said so far, and signals. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ProgramOptions } from '../run-program.js';

export interface RunningProgram extends AsyncDisposable {
  readonly stdin: Writable;
  /** What it has said so far. */
  readonly said: { readonly stdout: Buffer; readonly stderr: string };
  send(signal: NodeJS.Signals): void;
  /** Closes its standard output, as `| head` does. */
  stopReading(): void;
  /** Settles when it has ended and its streams are closed. The code is null when a signal ended it. */
  readonly ended: Promise<{ readonly code: number | null }>;
}

/** Disposing it kills it. Its standard input stays open until the test ends it. */
export function startProgram(
  command: string,
  args: readonly string[],
  options: Pick<ProgramOptions, 'env' | 'cwd'> = {},
): RunningProgram {
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A program that does not read its input closes it early; that is its right.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code: code as number | null }));
  return {
    stdin: child.stdin,
    get said() {
      return { stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() };
    },
    send: (signal) => child.kill(signal),
    stopReading: () => child.stdout.destroy(),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
