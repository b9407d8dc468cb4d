/**
 * Runs one program of a longer job: one line and its time when it succeeds, everything it
 * wrote when it fails. Output of a step that is fine is noise; of one that failed, all matters.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @param {string} name What the step is for, as the reader of the log would say it.
 * @param {readonly [string, ...string[]]} command
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} The exit code; 127 when the program cannot be started, 128 + n after signal n.
 */
export async function runStep(name, [program, ...args], options = {}) {
  const started = performance.now();
  const output = [];
  const code = await exitCode(program, args, options, output);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code === 0) {
    process.stdout.write(`${name}: ok (${seconds} s)\n`);
  } else {
    process.stdout.write(Buffer.concat(output));
    process.stdout.write(`${name}: FAILED with exit code ${code} (${seconds} s)\n`);
  }
  return code;
}

function exitCode(program, args, options, output) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('error', (error) => {
      output.push(Buffer.from(`cannot start ${program}: ${error.message}\n`));
      resolve(127);
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
