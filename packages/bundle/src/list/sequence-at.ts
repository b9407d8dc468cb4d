/**
 * The sequence that stands for a moment: its second since 1970.
 *
 * Sequences are counters, or these. One far beyond both would make every honest
 * bundle after it a step back, so that a site could import nothing more. The
 * side that makes a bundle and the side that takes it both ask for
 * `sequenceAt(latestAt(now))`.
 */
export function sequenceAt(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
