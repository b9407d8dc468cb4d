/** Which bytes of stored content a fetch wants. */
import type { FetchOptions } from '../content/target.js';

export interface ByteRange {
  /** First byte wanted. */
  readonly start: number;
  /** First byte no longer wanted; never past the end of the content. */
  readonly end: number;
}

/** @throws RangeError when the caller counted wrong: that is a bug, not bad input. */
export function byteRange(
  sizeBytes: number,
  { start = 0, end = sizeBytes }: FetchOptions,
): ByteRange {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end) {
    throw new RangeError(`expected 0 <= start <= end, found start ${start} and end ${end}`);
  }
  return { start: Math.min(start, sizeBytes), end: Math.min(end, sizeBytes) };
}
