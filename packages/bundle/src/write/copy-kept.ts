/** Copies what an earlier plan wrote to where it belongs now. Nothing is believed: whoever assembles the blobs hashes them. */
import { constants } from 'node:fs';
import { rm, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from 'oras-js';
import type { BundleLayout } from '../layout/bundle-layout.js';
import { pieceBytes } from '../limits.js';
import { readJournal } from './journal.js';
import type { WrittenRange } from './journal-text.js';
import { openOwned } from './open-owned.js';
import type { OpenedPartial } from './opened-partial.js';

/** Removes the file that was put aside, and its journal; without them it does nothing. */
export async function copyKept(
  file: string,
  journalFile: string,
  opened: OpenedPartial,
  layout: BundleLayout,
): Promise<OpenedPartial> {
  const kept = await readJournal(journalFile);
  const handle = await openOwned(file, constants.O_RDONLY);
  const written = new Map<Digest, readonly WrittenRange[]>(opened.written);
  try {
    if (kept !== undefined && handle !== undefined && (await hasRoom(file, layout.fileBytes))) {
      for (const { entry, contentAt } of layout.entries) {
        const blob = kept.blobs.get(entry.digest);
        if (blob === undefined || written.has(entry.digest)) continue;
        const ranges = blob.ranges.filter(({ start, end }) => start < end && end <= entry.size);
        for (const range of ranges) {
          await copyRange(handle, blob.at, range, opened, contentAt);
          await opened.journal.note(entry.digest, contentAt, range);
        }
        written.set(entry.digest, ranges);
      }
    }
  } finally {
    await handle?.close();
  }
  for (const name of [file, journalFile]) await rm(name, { force: true }).catch(() => undefined);
  return { ...opened, written };
}

async function copyRange(
  from: FileHandle,
  fromAt: number,
  { start, end }: WrittenRange,
  { file }: OpenedPartial,
  toAt: number,
): Promise<void> {
  const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - start));
  for (let at = start; at < end;) {
    const wanted = Math.min(piece.byteLength, end - at);
    const { bytesRead } = await from.read(piece, 0, wanted, fromAt + at);
    // It is shorter than its journal says; the hash will tell.
    if (bytesRead === 0) return;
    await file.write([piece.subarray(0, bytesRead)], toAt + at);
    at += bytesRead;
  }
}

/** What is copied needs its space twice for a while; better to fetch it again than to fail for that. */
async function hasRoom(file: string, neededBytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(dirname(file));
  return bavail * bsize >= neededBytes;
}
