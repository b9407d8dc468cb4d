/**
 * Measures several ways of doing the same work in turn, A B A B …, so that whatever else the
 * machine is doing meets all of them alike, and counts what others than the measured program were busy. The rounds that warm up are not counted.
 */
import { busySeconds } from './busy-seconds.mjs';
import { runProgram } from './run-program.mjs';

/**
 * @param {{ name: string, before?: Function, run: Function, after?: Function }[]} contenders
 * @param {{ rounds: number, warmUps: number }} amount
 * @returns {Promise<{ name: string, runs: object[] }[]>} What `run` and then `after` told, in one object.
 */
export async function interleave(contenders, { rounds, warmUps }) {
  const results = contenders.map(({ name }) => ({ name, runs: [] }));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const run = await measureOnce(contender);
      if (round >= 0) results[index].runs.push(run);
    }
  }
  return results;
}

async function measureOnce({ name, before, run, after }) {
  await before?.();
  let told;
  try {
    // What earlier runs left to be written is not this one's to pay for.
    await runProgram('sync', []);
    const before = busySeconds();
    const measured = await run();
    const othersCpuSeconds = busySeconds() - before - measured.cpuSeconds;
    if (measured.code !== 0) throw new Error(`${name}\n${measured.output}${measured.errors}`);
    told = { ...measured, othersCpuSeconds };
  } finally {
    Object.assign(told ?? {}, await after?.());
  }
  return told;
}
