/**
 * One blob on its way into the file: written in segments, hashed in order.
 *
 * Bytes that arrive where the hash stands are hashed as they come. All others
 * (of a segment further back, of an earlier run) are read back from the file
 * as soon as the hash gets there.
 */
import { createHash, type Hash } from 'node:crypto';
import { requireDigest } from 'oras-js';
import type { PlacedEntry } from '../layout/bundle-layout.js';
import { entryHeader } from '../layout/entry-header.js';
import { pieceBytes } from '../limits.js';
import type { Journal } from './journal.js';
import type { WrittenRange } from './journal-text.js';
import { outputShrank } from './output-error.js';
import type { PartialFile } from './partial-file.js';
import { segmentsOf, writtenFrom, type Segment } from './segments.js';

/** Noted each time a segment has passed a multiple of it, for a run that is killed: little more is sent again. */
const noteEveryBytes = 8 * 1024 * 1024;

export class BlobAssembly {
  readonly placed: PlacedEntry;
  readonly segments: Segment[];
  /** Part of it comes from an earlier run, and is no better than its journal. */
  readonly isResumed: boolean;
  private readonly file: PartialFile;
  private readonly journal: Journal;
  private hashing: Hash | undefined;
  private readBack: Buffer | undefined;
  private hasBegun = false;
  private isClaimed = false;
  private hashedTo = 0;
  private chasing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  /** @param ranges What an earlier run says to have written. */
  constructor(
    placed: PlacedEntry,
    { file, journal }: { readonly file: PartialFile; readonly journal: Journal },
    ranges: readonly WrittenRange[] = [],
  ) {
    this.placed = placed;
    this.file = file;
    this.journal = journal;
    this.segments = segmentsOf(placed.entry.size, ranges);
    this.isResumed = ranges.length > 0;
  }

  /** True once, when every segment is written: for whichever of those who write them asks first. */
  claimProof(): boolean {
    const isWritten = this.segments.every(({ written, end }) => written >= end);
    const isFirst = isWritten && !this.isClaimed;
    this.isClaimed ||= isWritten;
    return isFirst;
  }

  /** Harmless to call again, for each of its segments. */
  async begin(): Promise<void> {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const { entry, headerAt } = this.placed;
    this.catchUp();
    await this.file.write([await entryHeader(entry.path, entry.size)], headerAt);
  }

  /** To be called for all bytes in the order of arrival, before they are written. */
  hashInTurn(chunk: Uint8Array, position: number): void {
    if (this.chasing !== undefined || position !== this.hashedTo) return;
    this.hash.update(chunk);
    this.hashedTo += chunk.byteLength;
  }

  /** Appends to a segment. */
  async write(segment: Segment, bytes: Uint8Array): Promise<void> {
    const before = segment.written;
    const position = this.placed.contentAt + before;
    // What the hash has seen is not read back.
    if (before + bytes.byteLength <= this.hashedTo) await this.file.writeOnce(bytes, position);
    else await this.file.write([bytes], position);
    segment.written += bytes.byteLength;
    const { start, written } = segment;
    const step = written - (written % noteEveryBytes);
    if (written >= segment.end) await this.noteWritten(segment);
    else if (before < step) await this.note({ start, end: step });
    this.catchUp();
  }

  /** For whoever stops writing into a segment. */
  async noteWritten({ start, written }: Segment): Promise<void> {
    if (written > start) await this.note({ start, end: written });
  }

  /**
   * To be called by whom `claimProof` told to.
   *
   * @throws ContentError `CONTENT_DIGEST_MISMATCH`; BundleError `OUTPUT_…`.
   */
  async prove(): Promise<void> {
    const { entry } = this.placed;
    while (this.hashedTo < entry.size && this.failure === undefined) {
      this.catchUp();
      await this.chasing;
    }
    if (this.failure !== undefined) throw this.failure.error;
    const hex = this.hash.digest('hex');
    this.hashing = undefined;
    this.readBack = undefined;
    requireDigest(entry, `sha256:${hex}`);
  }

  /** Only while it is needed: thousands of blobs wait for their turn, or have had it. */
  private get hash(): Hash {
    return (this.hashing ??= createHash('sha256'));
  }

  private async note(range: WrittenRange): Promise<void> {
    const { entry, contentAt } = this.placed;
    await this.journal.note(entry.digest, contentAt, range);
  }

  /** Starts to read back what the hash has not seen; once started it goes on as long as there is something. */
  private catchUp(): void {
    if (this.chasing !== undefined || this.failure !== undefined) return;
    if (writtenFrom(this.segments, this.hashedTo) <= this.hashedTo) return;
    this.chasing = this.chase()
      .catch((error: unknown) => {
        this.failure = { error };
      })
      .finally(() => {
        this.chasing = undefined;
      });
  }

  private async chase(): Promise<void> {
    // Started again and again while the blob is written: in the same memory.
    const piece = (this.readBack ??= Buffer.allocUnsafeSlow(pieceBytes));
    for (;;) {
      const left = writtenFrom(this.segments, this.hashedTo) - this.hashedTo;
      if (left <= 0) return;
      const wanted = piece.subarray(0, Math.min(left, pieceBytes));
      const count = await this.file.read(wanted, this.placed.contentAt + this.hashedTo);
      if (count === 0) throw outputShrank(this.placed.entry.path);
      this.hash.update(wanted.subarray(0, count));
      this.hashedTo += count;
    }
  }
}
