/** Runs a program to its end and returns what it printed; a failure carries what it said. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** @returns {Promise<string>} Standard output. */
export async function runProgram(program, args, options = {}) {
  try {
    const { stdout } = await execute(program, args, { maxBuffer: 64 * 1024 * 1024, ...options });
    return stdout;
  } catch (error) {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message;
    throw new Error(`${program} ${args.join(' ')}\n${said}`, { cause: error });
  }
}
