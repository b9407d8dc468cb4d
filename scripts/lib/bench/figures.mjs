/** What the runs of one case come to: for each contender the middle, the least and the most of every figure. */
import { median } from '../statistics.mjs';

/**
 * Ratios are ours divided by theirs, taken round by round, so that what slowed a round down does not count.
 * Ours is the first contender.
 *
 * @param {{ name: string, runs: object[] }[]} results
 * @param {number} bytes What is carried; processor time is told for each 10^9 of it.
 */
export function figuresOf(results, bytes) {
  const ours = results[0].runs;
  return results.map(({ name, runs }, index) => {
    const of = (value) => middleAndEnds(runs.map(value));
    const ratio = (value) =>
      index === 0
        ? undefined
        : middleAndEnds(runs.map((run, round) => value(ours[round]) / value(run)));
    return {
      name,
      wallSeconds: of((run) => run.wallSeconds),
      cpuSecondsPerGigabyte: of((run) => (run.cpuSeconds * 1e9) / bytes),
      othersCpuSecondsPerGigabyte: of((run) => (run.othersCpuSeconds * 1e9) / bytes),
      peakMebibytes: of((run) => run.peakBytes / 1024 / 1024),
      writtenShare: of((run) => run.diskBytes / bytes),
      requests: runs.at(-1).requests,
      wallRatio: ratio((run) => run.wallSeconds),
      cpuRatio: ratio((run) => run.cpuSeconds),
    };
  });
}

function middleAndEnds(numbers) {
  // So short that the clock did not see it: no ratio can be told.
  if (!numbers.every(Number.isFinite)) return undefined;
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}
