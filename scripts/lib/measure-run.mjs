/**
 * Runs one program and says what it cost: time, processor, peak memory, bytes written. Linux only.
 *
 * A shell stands between, because the system adds up processor time and written bytes of a child
 * only for the parent that waited for it. Memory is the kernel's own high-water mark, read from
 * outside while the program runs, so growth in its last few milliseconds can be missed.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

const shellScript =
  '"$@" 3>&- & pid=$!; echo $pid >&3; wait $pid; code=$?; times >&3; cat /proc/$$/io >&3; exit $code';

const samplePauseMs = 10;

/**
 * @returns {Promise<{ code: number, output: string, errors: string, wallSeconds: number,
 *   cpuSeconds: number, peakBytes: number, diskBytes: number, writtenBytes: number }>}
 *   `diskBytes` is what reached files, `writtenBytes` what was handed to the system, sockets included.
 */
export async function measureRun(program, args, options = {}) {
  const started = performance.now();
  const child = spawn('sh', ['-c', shellScript, 'sh', program, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, output, errors, report] = child.stdio;
  let ended = false;
  const exit = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    ended = true;
  });
  const said = Promise.all([text(output), text(errors)]);
  let facts = '';
  report.on('data', (chunk) => (facts += chunk));
  let peakBytes = 0;
  while (!ended) {
    const pid = /^(\d+)\n/.exec(facts)?.[1];
    if (pid !== undefined) peakBytes = Math.max(peakBytes, highWaterMark(pid));
    await Promise.race([exit, setTimeout(samplePauseMs)]);
  }
  const code = await exit;
  const wallSeconds = (performance.now() - started) / 1000;
  const [out, err] = await said;
  return { code, output: out, errors: err, wallSeconds, peakBytes, ...costs(facts) };
}

/** In bytes; 0 when the program is not there yet or no longer. */
function highWaterMark(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The second line of `times` is what the shell's children used; then comes /proc/PID/io. */
function costs(facts) {
  const [, , children = ''] = facts.split('\n');
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
    .reduce((sum, seconds) => sum + seconds, 0);
  const count = (name) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(facts)?.[1] ?? NaN);
  return { cpuSeconds, diskBytes: count('write_bytes'), writtenBytes: count('wchar') };
}
