/**
 * The parts of one blob that are written independently: what is there, what is
 * on its way, what is missing.
 */
import type { WrittenRange } from './journal-text.js';

/** From `start` to `end`, of which everything before `written` is in the file. Numbers count from the blob's first byte. */
export interface Segment {
  readonly start: number;
  end: number;
  written: number;
  /** Somebody writes into it, and goes on when its end is moved. */
  isBeingFilled?: boolean;
}

/**
 * @param ranges Of an earlier run; any order, also overlapping or beyond the blob. A journal notes each segment again
 *   and again from its start.
 * @returns The same bytes of the blob, each once and in order.
 */
export function usableRanges(size: number, ranges: readonly WrittenRange[]): WrittenRange[] {
  const usable: WrittenRange[] = [];
  const sorted = ranges
    .filter(({ start, end }) => start < end && end <= size)
    .sort((a, b) => a.start - b.start);
  for (const range of sorted) {
    const last = usable.at(-1);
    if (last === undefined || range.start > last.end) usable.push(range);
    else usable[usable.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return usable;
}

export function bytesIn(ranges: readonly WrittenRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** @param ranges Of an earlier run, as `usableRanges` takes them. */
export function segmentsOf(size: number, ranges: readonly WrittenRange[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end } of usableRanges(size, ranges)) {
    if (start > at) segments.push({ start: at, end: start, written: at });
    segments.push({ start, end, written: end });
    at = end;
  }
  if (at < size || size === 0) segments.push({ start: at, end: size, written: at });
  return segments;
}

/** How far the bytes after `from` are there without a gap. */
export function writtenFrom(segments: readonly Segment[], from: number): number {
  let at = from;
  for (const { start, written } of segments) {
    if (start > at) break;
    at = Math.max(at, written);
  }
  return at;
}

export function missingBytes({ end, written }: Segment): number {
  return end - written;
}
