/**
 * Runs one reader in a process of its own and watches it: a hang is ended, an exit that nobody
 * asked for is a finding, and both are told with the input that was being read.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const childScript = fileURLToPath(new URL('run-reader.mjs', import.meta.url));
/** What the readers may need for such small inputs, ten times over; with more the process ends. */
const heapMegabytes = 384;

/**
 * @param {{ reader: string, seed: string, seconds?: number, executions?: number, hangMs: number }} request
 *   `reader` is the file of the reader.
 */
export async function watchedRun(request) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-fuzz-'));
  const inputFile = join(folder, 'input');
  try {
    const child = fork(childScript, [JSON.stringify({ ...request, inputFile })], {
      execArgv: [`--max-old-space-size=${heapMegabytes}`, '--disable-warning=ExperimentalWarning'],
    });
    return await watch(child, inputFile, request.hangMs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function watch(child, inputFile, hangMs) {
  return new Promise((resolve) => {
    let report;
    let ended;
    let before = '';
    const timer = setInterval(() => {
      const now = readInput(inputFile).progress;
      if (now !== '' && now === before && report === undefined) {
        ended = `an execution took longer than ${hangMs} ms`;
        child.kill('SIGKILL');
      }
      before = now;
    }, hangMs);
    child.once('message', (message) => {
      report = message;
    });
    child.once('exit', (code, signal) => {
      clearInterval(timer);
      const text = ended ?? `the process ended with ${signal ?? code}`;
      resolve(code === 0 && report !== undefined ? report : lost(text, inputFile));
    });
  });
}

function lost(text, inputFile) {
  const { input, progress } = readInput(inputFile);
  const crash = { kind: text, text, input: input.toString('base64') };
  const executions = Number(progress) || 0;
  return {
    executions,
    accepted: 0,
    refused: 0,
    kinds: {},
    crashes: [crash],
    seconds: 0,
    peakMegabytes: 0,
  };
}

/** Eight bytes of number, eight of length, then the input that is being read. */
function readInput(inputFile) {
  try {
    const bytes = readFileSync(inputFile);
    const length = Number(bytes.readBigUInt64BE(8));
    return { progress: String(bytes.readBigUInt64BE(0)), input: bytes.subarray(16, 16 + length) };
  } catch {
    return { progress: '', input: Buffer.alloc(0) };
  }
}
