/**
 * Writes a bundle as a file: every entry straight to its final place, several at once.
 *
 * A new file is made at its full size first. Its padding and end blocks are not
 * written: what nobody wrote reads as zeros.
 */
import { BundleError } from '../bundle-error.js';
import { endBytes, layOut, type BundleLayout } from '../layout/bundle-layout.js';
import { paddingOf } from '../layout/entry-header.js';
import { assembleBlobs } from './assemble-blobs.js';
import { BlobAssembly } from './blob-assembly.js';
import { bundleHead } from './bundle-head.js';
import { freeBytesBeside } from './free-bytes.js';
import { rangesIn } from './journal-text.js';
import { openPartial } from './open-partial.js';
import type { OpenedPartial } from './opened-partial.js';
import { bytesIn, usableRanges } from './segments.js';
import type { SignedManifest } from './signed-manifest.js';
import type { OpenEntry, WriteOptions } from './write-options.js';

/** Less than this is fetched again sooner than it is explained. */
const minKeptBytes = 1024 * 1024;

/**
 * Returns when the file stands under its final name, complete and flushed.
 * After a failure or an abort the file is not there, unless all that failed is to make its name last. What had arrived of it is kept as
 * `FILE.partial` with its journal when it is 1 MiB or more; a later call goes on from that.
 *
 * @throws BundleError `OUTPUT_…`; ContentError when an entry's bytes are not what the list says.
 */
export async function writeBundleFile(
  file: string,
  signed: SignedManifest,
  openEntry: OpenEntry,
  options: WriteOptions = {},
): Promise<{ readonly fileBytes: number }> {
  const layout = layOut(signed.bytes.byteLength, signed.slots.length, signed.manifest.entries);
  const opened = await openPartial(file, layout, options);
  try {
    await checkFreeSpace(file, layout.fileBytes - (await opened.file.storedBytes()));
    await opened.file.resize(layout.fileBytes);
    await opened.file.avoidCache();
    await opened.file.write([await bundleHead(signed)], 0);
    if (opened.isAdopted) await writeGaps(opened, layout);
    await writeEntries(opened, layout, openEntry, options);
    options.signal?.throwIfAborted();
    await opened.file.publish();
  } catch (error) {
    // What went wrong first is told, not what a broken disk does next.
    if (opened.file.isPublished) await opened.journal.remove().catch(() => undefined);
    else await leave(opened, layout, options).catch(() => undefined);
    throw error;
  }
  // The bundle stands; one line too many beside it is no failure.
  await opened.journal.remove().catch(() => undefined);
  return { fileBytes: layout.fileBytes };
}

/** The zeros that a new file has by itself. */
async function writeGaps(
  { file }: OpenedPartial,
  { entries, fileBytes }: BundleLayout,
): Promise<void> {
  for (const { entry, contentAt } of entries) {
    await file.write([Buffer.alloc(paddingOf(entry.size))], contentAt + entry.size);
  }
  await file.write([Buffer.alloc(endBytes)], fileBytes - endBytes);
}

async function writeEntries(
  opened: OpenedPartial,
  layout: BundleLayout,
  openEntry: OpenEntry,
  options: WriteOptions,
): Promise<void> {
  const { written } = opened;
  const blobs = layout.entries.map(
    (placed) => new BlobAssembly(placed, opened, written.get(placed.entry.digest)),
  );
  const left = bytesLeft(layout, written);
  if (left > 0) options.onResumed?.(left);
  await assembleBlobs(blobs, openEntry, {
    ...options,
    concurrency: options.concurrency ?? 4,
    ranges: options.ranges ?? 'auto',
    // What an earlier run left may have suffered; what came now is as its source gave it.
    startOver: ({ placed, isResumed }) =>
      isResumed ? new BlobAssembly(placed, opened) : undefined,
  });
}

async function leave(
  { file, journal }: OpenedPartial,
  layout: BundleLayout,
  { onKept }: WriteOptions,
): Promise<void> {
  // Where it cannot be read now, a later run may be able to.
  const bytes = await journal
    .found()
    .then((found) => bytesLeft(layout, rangesIn(found)))
    .catch(() => undefined);
  if (bytes !== undefined && bytes < minKeptBytes) {
    await Promise.allSettled([file.discard(), journal.remove()]);
    return;
  }
  await file.keep();
  await journal.keep();
  if (bytes !== undefined) onKept?.(bytes);
}

function bytesLeft({ entries }: BundleLayout, written: OpenedPartial['written']): number {
  return bytesIn(
    entries.flatMap(({ entry }) => usableRanges(entry.size, written.get(entry.digest) ?? [])),
  );
}

async function checkFreeSpace(file: string, neededBytes: number): Promise<void> {
  const freeBytes = await freeBytesBeside(file);
  if (freeBytes >= neededBytes) return;
  throw new BundleError(
    'OUTPUT_NO_SPACE',
    `${file} needs ${neededBytes} bytes, found ${freeBytes} free`,
    {
      hint: 'free some space, or write to another disk',
    },
  );
}
