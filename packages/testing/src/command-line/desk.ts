/**
 * A desk to work at with the command line: a folder, a key pair in it, and the
 * commands, as functions or as the real executable.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir } from '../temp-dir.js';
import {
  captureRun,
  type CapturedOptions,
  type CapturedRun,
  type CommandLine,
} from './captured-run.js';
import { startProgram, type RunningProgram } from './running-program.js';

export interface Desk extends AsyncDisposable {
  readonly folder: string;
  /** A private key without a passphrase, for tests only; its public half is in `pub`. */
  readonly key: string;
  readonly pub: string;
  /** A name inside the folder. */
  path(name: string): string;
  /** Files in the folder beside the key pair and the folder of the log. */
  files(): Promise<readonly string[]>;
  /** The folder is home. */
  run(args: readonly string[], options?: CapturedOptions): Promise<CapturedRun>;
  /** As `run`; throws when it does not end with 0. */
  runWell(args: readonly string[], options?: CapturedOptions): Promise<CapturedRun>;
  /** The real executable, as a process of its own that works in the folder. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): RunningProgram;
}

const executable = fileURLToPath(new URL('../../../cli/bin/sallyport.js', import.meta.url));

export async function openDesk(run: CommandLine): Promise<Desk> {
  const { path: folder, [Symbol.asyncDispose]: dispose } = await tempDir();
  const path = (name: string): string => join(folder, name);
  const ownRun: Desk['run'] = (args, options) =>
    captureRun(run, args, { homeDirectory: folder, ...options });
  const runWell: Desk['run'] = async (args, options) => {
    const result = await ownRun(args, options);
    if (result.code === 0) return result;
    throw new Error(
      `expected ${args.join(' ')} to succeed, found ${result.code}: ${result.stderr}`,
    );
  };
  await runWell(['keygen', '--output', path('desk'), '--format', 'plain-pkcs8']);
  return {
    folder,
    key: path('desk.key'),
    pub: path('desk.pub'),
    path,
    files: async () =>
      (await readdir(folder))
        .filter((name) => !name.startsWith('desk.') && name !== '.local')
        .sort(),
    run: ownRun,
    runWell,
    start: (args, env = {}) =>
      startProgram(process.execPath, [executable, ...args], {
        cwd: folder,
        env: { HOME: folder, ...env },
      }),
    [Symbol.asyncDispose]: dispose,
  };
}
