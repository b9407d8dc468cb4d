/** Starts a command, kills it after a random time, as often as told, and then lets it end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @param start Starts the command; the same one each time.
 * @param afterKill Called after each kill that came in time.
 * @returns How often it was killed before it had ended by itself.
 */
export async function killAtRandom(start, { kills, withinMs, random, afterKill }) {
  let killed = 0;
  for (let round = 0; round < kills; round += 1) {
    const child = start();
    const ended = once(child, 'exit');
    await Promise.race([sleep(random() * withinMs, undefined, { ref: false }), ended]);
    child.kill('SIGKILL');
    const [, signal] = await ended;
    if (signal !== 'SIGKILL') return killed;
    killed += 1;
    await afterKill?.();
  }
  return killed;
}

/** @returns What it said on standard error. Throws when it does not end well. */
export async function runToEnd(start) {
  const child = start();
  const said = [];
  child.stderr.on('data', (chunk) => said.push(chunk));
  const [code] = await once(child, 'close');
  const text = Buffer.concat(said).toString();
  if (code !== 0) throw new Error(`exit code ${code}\n${text}`);
  return text;
}

/** A command line, quietly; its standard error can be read. */
export function starter(program, args, { cwd, env }) {
  return () =>
    spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** The same numbers for the same seed: mulberry32. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
