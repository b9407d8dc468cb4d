/** Several runs, one after the other, as the figures of one: times add up, memory is the largest. */

/** @param {(() => Promise<object>)[]} steps Stops at the first that fails. */
export async function inSteps(steps) {
  const sum = { code: 0, wallSeconds: 0, cpuSeconds: 0, peakBytes: 0, diskBytes: 0 };
  for (const step of steps) {
    const run = await step();
    sum.wallSeconds += run.wallSeconds;
    sum.cpuSeconds += run.cpuSeconds;
    sum.diskBytes += run.diskBytes;
    sum.peakBytes = Math.max(sum.peakBytes, run.peakBytes);
    if (run.code !== 0) return { ...run, ...sum, code: run.code };
  }
  return sum;
}
