/**
 * What is fetched next: missing segments, the largest first; when there are none,
 * half of what a slow connection still has before it.
 *
 * A connection that is limited by itself is helped by another one beside it. One
 * that is limited by the network or this machine is not, and is left alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobAssembly } from './blob-assembly.js';
import { missingBytes, type Segment } from './segments.js';

/** Whether one blob may be fetched over several connections: where that is faster, from the start, or not at all. */
export type RangeChoice = 'auto' | 'always' | 'never';

export interface SegmentTask {
  readonly blob: BlobAssembly;
  /** Undefined when all of the blob is there and only has to be proven. */
  readonly segment: Segment | undefined;
  /** Taken from a segment that goes on before it. */
  readonly isSplitOff: boolean;
}

interface Running extends SegmentTask {
  readonly sinceMs: number;
  readonly from: number;
}

/** A part below this size is over before another connection is up to speed. */
const minPartBytes = 8 * 1024 * 1024;
/** Slower than this, a connection is taken for limited by itself: 64 MB/s. */
const slowBytesPerMs = 64_000;
/** Long enough for a rate to mean something. */
const measureMs = 250;
const pauseMs = 50;

export class SegmentQueue {
  /** The next one last: taking the first of very many would move all others each time. */
  private readonly pending: SegmentTask[];
  private readonly running = new Map<SegmentTask, Running>();
  private ranges: RangeChoice;

  constructor(blobs: readonly BlobAssembly[], ranges: RangeChoice) {
    this.ranges = ranges;
    const tasks = blobs.flatMap(tasksOf).sort((a, b) => bytesOf(b) - bytesOf(a));
    this.pending = tasks.reverse();
  }

  /** @returns Undefined when nothing is left for one more connection to do. */
  async next(signal: AbortSignal | undefined): Promise<SegmentTask | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const task = this.pending.pop() ?? this.splitSlowest();
      if (task !== undefined) {
        const { segment } = task;
        this.running.set(task, {
          ...task,
          sinceMs: performance.now(),
          from: segment?.written ?? 0,
        });
        return task;
      }
      if (!this.mayBeSplitLater()) return undefined;
      await sleep(pauseMs);
    }
  }

  ended(task: SegmentTask): void {
    this.running.delete(task);
  }

  again(task: SegmentTask): void {
    this.pending.unshift(task);
  }

  /** The place gives no parts, or no more of them: what was split off goes back to where it came from, if nothing of it has come. */
  unsplit({ blob, segment }: SegmentTask): void {
    this.ranges = 'never';
    const at = segment === undefined ? -1 : blob.segments.indexOf(segment);
    const before = blob.segments[at - 1];
    if (segment === undefined || before === undefined) return;
    if (segment.written > segment.start) {
      this.again({ blob, segment, isSplitOff: false });
      return;
    }
    const isOver = before.written >= before.end && before.isBeingFilled !== true;
    before.end = segment.end;
    blob.segments.splice(at, 1);
    if (isOver) this.again({ blob, segment: before, isSplitOff: false });
  }

  private splitSlowest(): SegmentTask | undefined {
    const [widest] = this.splittable().filter((each) => this.isSlow(each));
    if (widest?.segment === undefined) return undefined;
    const { blob, segment } = widest;
    const middle = segment.end - Math.floor(missingBytes(segment) / 2);
    const tail = { start: middle, end: segment.end, written: middle };
    segment.end = middle;
    blob.segments.splice(blob.segments.indexOf(segment) + 1, 0, tail);
    return { blob, segment: tail, isSplitOff: true };
  }

  private mayBeSplitLater(): boolean {
    return this.splittable().length > 0;
  }

  /** The widest first. */
  private splittable(): readonly Running[] {
    if (this.ranges === 'never') return [];
    return [...this.running.values()]
      .filter(({ segment }) => segment !== undefined && missingBytes(segment) >= 2 * minPartBytes)
      .sort((a, b) => bytesOf(b) - bytesOf(a));
  }

  private isSlow({ segment, sinceMs, from }: Running): boolean {
    if (this.ranges === 'always') return true;
    const ms = performance.now() - sinceMs;
    const received = (segment?.written ?? 0) - from;
    return ms >= measureMs && received > 0 && received / ms < slowBytesPerMs;
  }
}

function tasksOf(blob: BlobAssembly): readonly SegmentTask[] {
  const missing = blob.segments.filter((segment) => missingBytes(segment) > 0);
  return missing.length === 0
    ? [{ blob, segment: undefined, isSplitOff: false }]
    : missing.map((segment) => ({ blob, segment, isSplitOff: false }));
}

function bytesOf({ segment }: SegmentTask): number {
  return segment === undefined ? 0 : missingBytes(segment);
}
