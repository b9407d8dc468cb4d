/**
 * The compiled command line as a separate, measured process, with a home folder of its own, so
 * that no configuration or state of whoever runs the script takes part.
 */
import { join } from 'node:path';
import { measureRun } from './measure-run.mjs';
import { repositoryRoot } from './repository-root.mjs';

export const sallyportProgram = join(repositoryRoot, 'packages', 'cli', 'bin', 'sallyport.js');

/** @returns A function that runs one command in the folder and fails unless it ends with exit code 0. */
export function sallyportIn(folder) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    SALLYPORT_KEY_PASSPHRASE: 'test-only passphrase',
  };
  return async (...args) => {
    const run = await measureRun(process.execPath, [sallyportProgram, ...args], {
      cwd: folder,
      env,
    });
    if (run.code === 0) return run;
    throw new Error(`sallyport ${args.join(' ')}\n${run.output}${run.errors}exit code ${run.code}`);
  };
}
