/**
 * One reader under mutated input, for a number of executions or a time.
 *
 * Inputs that end in a way not seen before join the ones to start from, so that later ones get
 * deeper. The same seed gives the same inputs in the same order, however long the run is.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { execute } from './execute.mjs';
import { minimise } from './minimise.mjs';
import { Random } from './random.mjs';

/** Longer inputs make every execution slow and find nothing that shorter ones do not. */
const maxInputBytes = 1024 * 1024;
const maxPool = 1000;
const maxCrashes = 20;

/**
 * @param {{ seed: string, executions?: number, seconds?: number, seeds: readonly Buffer[], note?: (input: Buffer) => void }} options
 *   `note` is told each input before it is executed.
 */
export async function runCampaign(reader, opened, options) {
  const { executions = Infinity, seconds = Infinity, note = () => undefined } = options;
  const random = new Random(`${options.seed}/${reader.name}`);
  const pool = [...options.seeds];
  const result = { executions: 0, accepted: 0, refused: 0, kinds: {}, crashes: [], seconds: 0 };
  const start = performance.now();
  const isOver = () =>
    result.executions >= executions || performance.now() - start >= seconds * 1000;
  while (!isOver()) {
    const input = nextInput(reader, pool, random);
    note(input);
    const outcome = await execute(reader, opened, input);
    if (count(result, outcome, input) && pool.length < maxPool) pool.push(input);
    // Rejections that nobody waits for are only told between two turns of the event loop.
    if (result.executions % 64 === 0) await setImmediate();
    if (result.crashes.length >= maxCrashes) break;
  }
  await setImmediate();
  result.seconds = (performance.now() - start) / 1000;
  for (const crash of result.crashes) {
    crash.input = await minimise(reader, opened, crash, note);
  }
  return result;
}

function nextInput(reader, pool, random) {
  let input = random.pick(pool);
  const changes = random.once(4) ? 1 + random.below(8) : 1;
  for (let left = changes; left > 0; left -= 1) {
    input = mutated(reader, random, input, pool);
  }
  return input.length > maxInputBytes ? input.subarray(0, maxInputBytes) : input;
}

function mutated(reader, random, input, pool) {
  try {
    return random.pick(reader.mutations)(random, input, pool);
  } catch (error) {
    // A document may be nested deeper than a mutation can follow; a reader has to stand it all the same.
    if (error.name !== 'RangeError') throw error;
    return input;
  }
}

/** @returns {boolean} Whether this is an end that was not seen before. */
function count(result, { verdict, kind, error }, input) {
  result.executions += 1;
  if (verdict !== 'broken') result[verdict] += 1;
  result.kinds[kind] = (result.kinds[kind] ?? 0) + 1;
  const isNew = result.kinds[kind] === 1;
  if (verdict === 'broken' && isNew) {
    result.crashes.push({ kind, text: String(Object(error).stack ?? error), input });
  }
  return isNew && verdict !== 'broken';
}
