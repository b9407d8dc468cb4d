/**
 * Brings one stream into one segment of a blob, in large pieces, whatever the chunks are like.
 *
 * Best of all the source reads straight into the piece that is gathered. Other chunks are copied there.
 */
import { ContentError, type MemoryAt } from 'oras-js';
import { pieceBytes } from '../limits.js';
import type { BlobAssembly } from './blob-assembly.js';
import type { Segment } from './segments.js';

/** One piece is gathered while the one before it is written, and bytes of the next may come already. */
const piecesAtOnce = 3;
export const writerBytes = piecesAtOnce * pieceBytes;

export class SegmentWriter {
  private readonly blob: BlobAssembly;
  private readonly segment: Segment;
  private readonly memory: Buffer;
  /** Which piece of the file is gathered. */
  private pieceNumber: number;
  /** Of the blob: everything before it was taken. */
  private position: number;
  private filled = 0;
  private writing: Promise<void> | undefined;

  /** @param memory `writerBytes`, of which nobody else makes use meanwhile. */
  constructor(blob: BlobAssembly, segment: Segment, memory: Buffer) {
    this.blob = blob;
    this.segment = segment;
    this.position = segment.written;
    this.pieceNumber = this.pieceOf(this.position);
    this.memory = memory;
  }

  /**
   * Writes until the segment is full or the bytes end, and writes and notes what had come when they fail. Chunks may be lent.
   *
   * @param end Up to where they were asked for.
   * @throws ContentError `CONTENT_SIZE_MISMATCH` when fewer come, or more than the blob has.
   */
  async takeFrom(bytes: AsyncIterable<Uint8Array>, end: number): Promise<void> {
    try {
      await this.takeAll(bytes, end);
      await this.flush();
    } catch (error) {
      await this.flush().catch(() => undefined);
      await this.blob.noteWritten(this.segment).catch(() => undefined);
      throw error;
    }
  }

  private async takeAll(bytes: AsyncIterable<Uint8Array>, end: number): Promise<void> {
    const { segment } = this;
    for await (const chunk of bytes) {
      // Its end may have moved: the rest can be somebody else's by now.
      const room = segment.end - this.position;
      const isAll = chunk.byteLength <= room;
      if (!isAll && segment.end === this.blob.placed.entry.size)
        throw this.mismatch(`more than ${this.blob.placed.entry.size}`);
      await this.take(isAll ? chunk : chunk.subarray(0, Math.max(0, room)));
      // What is cut off may belong here again by now: then it is asked for anew.
      if (!isAll) return;
      // At the end of the blob the source is read to its own end, so that too many bytes are found.
      if (this.position >= segment.end && segment.end < this.blob.placed.entry.size) return;
    }
    if (this.position < Math.min(end, segment.end)) throw this.mismatch(`only ${this.position}`);
  }

  /** Where bytes are wanted that were not taken yet: in the piece that is gathered, or in the next one. */
  readonly memoryAt: MemoryAt = (position) => {
    const isNear = position >= this.position && this.pieceOf(position) <= this.pieceNumber + 1;
    return isNear ? this.placeOf(position) : undefined;
  };

  private async take(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.byteLength > 0;) {
      const place = this.placeOf(this.position);
      const part = rest.subarray(0, place.byteLength);
      const gathered = place.subarray(0, part.byteLength);
      if (!isSameMemory(part, gathered)) gathered.set(part);
      // Of what will be written, wherever it came from.
      this.blob.hashInTurn(gathered, this.position);
      this.position += part.byteLength;
      this.filled += part.byteLength;
      rest = rest.subarray(part.byteLength);
      if (this.pieceOf(this.position) > this.pieceNumber) await this.startWriting();
    }
  }

  private async flush(): Promise<void> {
    await this.startWriting();
    await this.writing;
  }

  private async startWriting(): Promise<void> {
    await this.writing;
    if (this.filled === 0) return;
    const bytes = this.placeOf(this.position - this.filled).subarray(0, this.filled);
    this.pieceNumber = this.pieceOf(this.position);
    this.filled = 0;
    this.writing = this.blob.write(this.segment, bytes);
    // Whoever waits for it next is told.
    this.writing.catch(() => undefined);
  }

  private pieceOf(position: number): number {
    return Math.floor((this.blob.placed.contentAt + position) / pieceBytes);
  }

  /**
   * Bytes are gathered where they will be in their piece of the file: all but the first and the last are whole ones.
   *
   * @returns The memory from there to the end of the piece.
   */
  private placeOf(position: number): Buffer {
    const start = (this.pieceOf(position) % piecesAtOnce) * pieceBytes;
    const place = (this.blob.placed.contentAt + position) % pieceBytes;
    return this.memory.subarray(start + place, start + pieceBytes);
  }

  private mismatch(found: string): ContentError {
    const { digest, size } = this.blob.placed.entry;
    return new ContentError(
      'CONTENT_SIZE_MISMATCH',
      `expected ${digest} (${size} bytes): ${found} bytes arrived`,
    );
  }
}

function isSameMemory(one: Uint8Array, other: Uint8Array): boolean {
  return one.buffer === other.buffer && one.byteOffset === other.byteOffset;
}
