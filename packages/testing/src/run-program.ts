/** Runs another program to its end and keeps what it said. Its exit code is a result, not an error. */
import { spawn } from 'node:child_process';

export interface ProgramOptions {
  /** Added to this process's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Standard input; empty when absent. */
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

export interface ProgramResult {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @throws the system's error when the program cannot be started at all. */
export async function runProgram(
  command: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    signal: options.signal,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A program that does not read its input closes it early; that is its right.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}
