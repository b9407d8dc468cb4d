/**
 * How far ahead a sequence may be.
 *
 * Sequences are counters, or UTC seconds. One far beyond both would make every
 * honest bundle after it a step back, so that a site could import nothing more.
 * The side that makes a bundle and the side that takes it ask the same question.
 */

/** @param latest The last moment that a bundle may be created at. */
export function lastSequence(latest: Date): number {
  return Math.floor(latest.getTime() / 1000);
}
