/**
 * Measures several ways of doing the same work in turn, A B A B …, so that whatever else the
 * machine is doing meets all of them alike. The first round warms up and is not counted.
 */
import { runProgram } from './run-program.mjs';

/**
 * @param {{ name: string, before?: Function, run: Function, after?: Function, fileBytes: Function }[]} contenders
 * @returns {Promise<{ name: string, runs: object[] }[]>} Each run with the size of its file.
 */
export async function interleave(contenders, rounds) {
  const results = contenders.map(({ name }) => ({ name, runs: [] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const run = await measureOnce(contender);
      if (round > 0) results[index].runs.push(run);
    }
  }
  return results;
}

async function measureOnce({ name, before, run, after, fileBytes }) {
  await before?.();
  try {
    // What earlier runs left to be written is not this one's to pay for.
    await runProgram('sync', []);
    const measured = await run();
    if (measured.code !== 0) throw new Error(`${name}\n${measured.output}${measured.errors}`);
    return { ...measured, fileBytes: fileBytes() };
  } finally {
    await after?.();
  }
}
