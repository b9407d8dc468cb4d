/**
 * Writes a bundle as a file: every entry straight to its final place, several at once.
 *
 * Padding and the end blocks are never written: the file is made at its full
 * size first, and what nobody wrote reads as zeros.
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { mapConcurrent, verifyContent } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { layOut, type BundleLayout } from '../layout/bundle-layout.js';
import { entryHeader } from '../layout/entry-header.js';
import { bundleHead } from './bundle-head.js';
import { PartialFile } from './partial-file.js';
import type { SignedManifest } from './signed-manifest.js';
import { writeAt } from './write-at.js';
import type { OpenEntry, WriteOptions } from './write-options.js';

/**
 * Returns when the file stands under its final name, complete and flushed.
 * After a failure or an abort there is neither the file nor a partial one.
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
  const partial = await PartialFile.create(file);
  try {
    await checkFreeSpace(file, layout.fileBytes);
    await partial.resize(layout.fileBytes);
    await partial.write([await bundleHead(signed)], 0);
    await writeEntries(partial, layout, openEntry, options);
    options.signal?.throwIfAborted();
    await partial.publish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
  return { fileBytes: layout.fileBytes };
}

async function writeEntries(
  file: PartialFile,
  layout: BundleLayout,
  openEntry: OpenEntry,
  options: WriteOptions,
): Promise<void> {
  // Largest first: the run ends when the last one does, and that should not be the longest.
  const order = [...layout.entries].sort((a, b) => b.entry.size - a.entry.size);
  await mapConcurrent(
    order,
    options.concurrency ?? 4,
    async ({ entry, headerAt, contentAt }, call) => {
      const bytes = await openEntry(entry, call);
      await file.write([await entryHeader(entry.path, entry.size)], headerAt);
      await writeAt(file, contentAt, verifyContent(bytes, entry));
    },
    options,
  );
}

async function checkFreeSpace(file: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(file));
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  throw new BundleError(
    'OUTPUT_NO_SPACE',
    `${file} needs ${neededBytes} bytes, found ${freeBytes} free`,
    {
      hint: 'free some space, or write to another disk',
    },
  );
}
