/** Copies what an earlier plan wrote to where it belongs now. Nothing is believed: whoever assembles the blobs hashes them. */
import { constants } from 'node:fs';
import { rm, type FileHandle } from 'node:fs/promises';
import type { Digest } from 'oras-js';
import type { BundleLayout } from '../layout/bundle-layout.js';
import { pieceBytes } from '../limits.js';
import { freeBytesBeside } from './free-bytes.js';
import { readJournal } from './journal.js';
import type { FoundJournal, WrittenRange } from './journal-text.js';
import { openOwned } from './open-owned.js';
import type { OpenedPartial } from './opened-partial.js';
import { bytesIn, usableRanges } from './segments.js';

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
    const wanted = kept === undefined ? [] : wantedOf(kept, opened, layout);
    if (handle !== undefined && (await hasRoom(file, wanted))) {
      for (const { digest, from, to, ranges } of wanted) {
        for (const range of ranges) {
          await copyRange(handle, from, range, opened, to);
          await opened.journal.note(digest, to, range);
        }
        written.set(digest, ranges);
      }
    }
  } finally {
    await handle?.close();
  }
  for (const name of [file, journalFile]) await rm(name, { force: true }).catch(() => undefined);
  return { ...opened, written };
}

/** What there is of one blob, and where its first byte was and is to be. */
interface Wanted {
  readonly digest: Digest;
  readonly from: number;
  readonly to: number;
  readonly ranges: readonly WrittenRange[];
}

function wantedOf(
  kept: FoundJournal,
  { written }: OpenedPartial,
  { entries }: BundleLayout,
): readonly Wanted[] {
  return entries.flatMap(({ entry: { digest, size }, contentAt }) => {
    const blob = kept.blobs.get(digest);
    if (blob === undefined || written.has(digest)) return [];
    return [{ digest, from: blob.at, to: contentAt, ranges: usableRanges(size, blob.ranges) }];
  });
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
async function hasRoom(file: string, wanted: readonly Wanted[]): Promise<boolean> {
  const neededBytes = bytesIn(wanted.flatMap(({ ranges }) => ranges));
  return (await freeBytesBeside(file)) >= neededBytes;
}
