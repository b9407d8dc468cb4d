/** How long each phase of a request may be silent. There is no limit on the whole of a blob: large transfers are healthy. */

export interface TimeoutOptions {
  /** Until the connection stands, TLS and proxy included, in milliseconds. Default 30 000. */
  readonly connectMs?: number;
  /** From the end of the request to the answer's headers, in milliseconds. Default 60 000. */
  readonly answerMs?: number;
  /** Between two pieces of a body, in either direction, in milliseconds. Default 60 000. */
  readonly idleMs?: number;
  /** From the headers to the end of an answer that is held in memory, in milliseconds. Default 300 000. */
  readonly smallMs?: number;
  /** For the request that commits an upload, in milliseconds; 1 s for each 10 MiB is added. Default 300 000. */
  readonly commitMs?: number;
}

export const timeoutDefaults: Required<TimeoutOptions> = {
  // Three lost SYN packets are 7 s; a loaded proxy needs longer than a registry.
  connectMs: 30_000,
  answerMs: 60_000,
  // Reverse proxies themselves give up after 30 to 60 s without a byte.
  idleMs: 60_000,
  // 4 MiB, the largest of them, at 112 kbit/s. Byte by byte within `idleMs` each they would take years.
  smallMs: 300_000,
  // Storage behind a registry copies and hashes on commit and is silent meanwhile.
  commitMs: 300_000,
};

const commitBytesPerMs = (10 * 1024 * 1024) / 1000;

/** @param size Of the blob that is committed, in bytes. */
export function commitTimeoutMs(timeouts: Required<TimeoutOptions>, size: number): number {
  return timeouts.commitMs + Math.ceil(size / commitBytesPerMs);
}
