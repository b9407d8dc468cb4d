/** Copies what an earlier plan wrote to where it belongs now. Nothing is believed: whoever assembles the blobs hashes them. */
import { constants } from 'node:fs';
import { rm, type FileHandle } from 'node:fs/promises';
import type { CallOptions, Digest } from 'oras-js';
import type { BundleLayout } from '../layout/bundle-layout.js';
import { pieceBytes } from '../limits.js';
import { freeBytesBeside } from './free-bytes.js';
import { readJournal } from './journal.js';
import type { FoundJournal, WrittenRange } from './journal-text.js';
import { openOwned } from './open-owned.js';
import type { OpenedPartial } from './opened-partial.js';
import { bytesIn, usableRanges } from './segments.js';

/** Removes the file that was put aside, and its journal, unless it is aborted; without them it does nothing. */
export async function copyKept(
  file: string,
  journalFile: string,
  opened: OpenedPartial,
  layout: BundleLayout,
  { signal }: CallOptions,
): Promise<OpenedPartial> {
  const kept = await readJournal(journalFile);
  const handle = await openOwned(file, constants.O_RDONLY);
  const written = new Map<Digest, readonly WrittenRange[]>(opened.written);
  try {
    const wanted = kept === undefined ? [] : wantedOf(kept, opened, layout);
    if (handle !== undefined && (await hasRoom(file, wanted))) {
      for (const { digest, from, to, ranges } of wanted) {
        const copied: WrittenRange[] = [];
        for (const range of ranges) {
          const end = await copyRange(handle, from, range, opened, to, signal);
          if (end === range.start) continue;
          copied.push({ start: range.start, end });
          await opened.journal.note(digest, to, { start: range.start, end });
        }
        written.set(digest, copied);
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

/** @returns Up to where; what cannot be read any more is fetched again. */
async function copyRange(
  from: FileHandle,
  fromAt: number,
  { start, end }: WrittenRange,
  { file }: OpenedPartial,
  toAt: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - start));
  let at = start;
  while (at < end) {
    signal?.throwIfAborted();
    const wanted = Math.min(piece.byteLength, end - at);
    const { bytesRead } = await from
      .read(piece, 0, wanted, fromAt + at)
      .catch(() => ({ bytesRead: 0 }));
    if (bytesRead === 0) break;
    await file.write([piece.subarray(0, bytesRead)], toAt + at);
    at += bytesRead;
  }
  return at;
}

/** What is copied needs its space twice for a while; better to fetch it again than to fail for that. */
async function hasRoom(file: string, wanted: readonly Wanted[]): Promise<boolean> {
  const neededBytes = bytesIn(wanted.flatMap(({ ranges }) => ranges));
  return (await freeBytesBeside(file)) >= neededBytes;
}
