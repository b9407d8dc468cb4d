/** How far a server's clock is off, as far as the Date of its answers can say (RFC 9110 section 6.6.1). */

/** A server's clock is told in whole seconds. */
const tickMs = 1000;

/**
 * The server read its clock within the second that began then, so only what exceeds it is sure.
 *
 * @param serverTimeMs In milliseconds since 1970, as the server says.
 * @param atMs When that was received, by the clock here.
 * @returns How far its clock is ahead of ours at least, in milliseconds; negative when it is behind.
 */
export function aheadMs(serverTimeMs: number, atMs: number): number {
  if (serverTimeMs > atMs) return serverTimeMs - atMs;
  return Math.min(0, serverTimeMs + tickMs - atMs);
}

/** An answer may have been long on its way: the smallest distance is the truest. */
export function nearest(distances: readonly (number | undefined)[]): number | undefined {
  const known = distances.filter((each) => each !== undefined);
  return known.sort((a, b) => Math.abs(a) - Math.abs(b))[0];
}
