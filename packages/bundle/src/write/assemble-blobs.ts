/** Fetches the content of all entries over a few connections and proves each blob. */
import { ContentError, hasCode, mapConcurrent, type CallOptions } from 'oras-js';
import type { BundleEntry } from '../list/bundle-manifest.js';
import { alignedBuffers } from './aligned-memory.js';
import type { BlobAssembly } from './blob-assembly.js';
import { SegmentQueue, type RangeChoice, type SegmentTask } from './segment-queue.js';
import { SegmentWriter, writerBytes } from './segment-writer.js';
import type { Segment } from './segments.js';
import type { OpenEntry } from './write-options.js';

export interface AssembleOptions extends CallOptions {
  readonly concurrency: number;
  readonly ranges: RangeChoice;
  /** Makes a blob anew, without what an earlier run left of it. */
  readonly startOver: (blob: BlobAssembly) => BlobAssembly | undefined;
  readonly onProven?: ((entry: BundleEntry) => void) | undefined;
}

/** @throws ContentError; BundleError `OUTPUT_…`; what `openEntry` throws. */
export async function assembleBlobs(
  blobs: readonly BlobAssembly[],
  openEntry: OpenEntry,
  options: AssembleOptions,
): Promise<void> {
  const queue = new SegmentQueue(blobs, options.ranges);
  await mapConcurrent(
    // For one blob after the other on each connection: new memory for each would be left to lie about.
    alignedBuffers(options.concurrency, writerBytes),
    options.concurrency,
    async (memory, { signal }) => {
      let task = await queue.next(signal);
      while (task !== undefined) {
        await run(task, queue, openEntry, { ...options, memory, signal });
        queue.ended(task);
        task = await queue.next(signal);
      }
    },
    options,
  );
}

interface ConnectionOptions extends AssembleOptions {
  readonly memory: Buffer;
}

async function run(
  task: SegmentTask,
  queue: SegmentQueue,
  openEntry: OpenEntry,
  options: ConnectionOptions,
): Promise<void> {
  const { blob, segment, isSplitOff } = task;
  await blob.begin();
  try {
    if (segment !== undefined) await fill(task, segment, openEntry, options);
  } catch (error) {
    if (!isSplitOff || !hasCode(error, 'REGISTRY_REFUSED')) throw error;
    queue.unsplit(task);
  }
  if (!blob.claimProof()) return;
  try {
    await blob.prove();
    options.onProven?.(blob.placed.entry);
  } catch (error) {
    const again = error instanceof ContentError ? options.startOver(blob) : undefined;
    if (again === undefined) throw error;
    for (const fresh of again.segments)
      queue.again({ blob: again, segment: fresh, isSplitOff: false });
  }
}

async function fill(
  { blob, isSplitOff }: SegmentTask,
  segment: Segment,
  openEntry: OpenEntry,
  { memory, signal }: ConnectionOptions,
): Promise<void> {
  const { entry } = blob.placed;
  const writer = new SegmentWriter(blob, segment, memory);
  segment.isBeingFilled = true;
  do {
    const { written: start, end } = segment;
    const part = start === 0 && end === entry.size ? {} : { start, end };
    const bytes = await openEntry(entry, {
      ...part,
      onlyPart: isSplitOff,
      lendChunks: true,
      memoryAt: writer.memoryAt,
      signal,
    });
    await writer.takeFrom(bytes, end);
    // While it came, half of it may have been given to another connection, or come back from it.
  } while (segment.written < segment.end);
  segment.isBeingFilled = false;
}
