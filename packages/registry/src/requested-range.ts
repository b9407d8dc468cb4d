/**
 * The bytes that a `Range` header asks for.
 *
 * One range is answered. Several, or another unit, are answered with the whole
 * content, as RFC 9110 section 14.2 allows.
 */
import { Refusal } from './refusal.js';

export interface RequestedRange {
  readonly start: number;
  /** First byte no longer wanted. */
  readonly end: number;
}

const oneRange = /^bytes=\s*(\d*)-(\d*)\s*$/i;

/** Undefined: send everything. @throws Refusal 416 when no byte of the content is in the range. */
export function requestedRange(
  header: string | undefined,
  sizeBytes: number,
): RequestedRange | undefined {
  const [matched, first = '', last = ''] = oneRange.exec(header ?? '') ?? [];
  if (matched === undefined || (first === '' && last === '')) return undefined;
  const range = first === '' ? lastBytes(Number(last), sizeBytes) : between(first, last, sizeBytes);
  if (range.start >= range.end) {
    throw new Refusal(416, 'SIZE_INVALID', `none of ${sizeBytes} bytes is in the range`, {
      'Content-Range': `bytes */${sizeBytes}`,
    });
  }
  return range;
}

function lastBytes(count: number, sizeBytes: number): RequestedRange {
  return { start: Math.max(0, sizeBytes - count), end: sizeBytes };
}

function between(first: string, last: string, sizeBytes: number): RequestedRange {
  const end = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  return { start: Number(first), end };
}
