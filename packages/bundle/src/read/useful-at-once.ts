/**
 * How many blobs at once are worth it, when each is sent by one connection from its start to its end.
 *
 * The largest takes so long whatever is done beside it. Where all others fit into that time with fewer
 * connections, or nearly, more of them only slow the largest down.
 */

/** What the requests for a blob cost, as bytes that could have been sent meanwhile. */
const bytesOfRequests = 4 * 1024 * 1024;

/** So much of the largest may be left of the others when it is done: two connections or more have that left to share. */
const shareLeft = 0.25;

/** @param sizes Of all blobs, in bytes. */
export function usefulAtOnce(sizes: readonly number[]): number {
  const costs = sizes.map((size) => size + bytesOfRequests);
  const largest = costs.reduce((most, cost) => Math.max(most, cost), bytesOfRequests);
  const sum = costs.reduce((all, cost) => all + cost, 0);
  const least = Math.max(1, Math.min(costs.length, 2));
  return Math.max(least, Math.ceil(sum / largest - shareLeft));
}
