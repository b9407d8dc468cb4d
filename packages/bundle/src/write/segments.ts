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

/** @param ranges Of an earlier run; any order, also overlapping or beyond the blob. */
export function segmentsOf(size: number, ranges: readonly WrittenRange[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  const usable = ranges
    .filter(({ start, end }) => start < end && end <= size)
    .sort((a, b) => a.start - b.start);
  for (const { start, end } of usable) {
    if (end <= at) continue;
    if (start > at) segments.push({ start: at, end: start, written: at });
    const from = Math.max(start, at);
    segments.push({ start: from, end, written: end });
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
