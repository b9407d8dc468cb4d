/** Brings one stream into one segment of a blob, in large pieces, whatever the chunks are like. */
import { ContentError } from 'oras-js';
import { pieceBytes } from '../limits.js';
import type { BlobAssembly } from './blob-assembly.js';
import type { Segment } from './segments.js';

/** A chunk of this size is written as it is, unless whole pieces cost less: copying it costs more than a smaller write. */
const largeChunkBytes = pieceBytes / 4;
/** One piece is gathered while the one before it is written. */
export const writerBytes = 2 * pieceBytes;

export class SegmentWriter {
  private readonly blob: BlobAssembly;
  private readonly segment: Segment;
  private gathering: Buffer;
  private resting: Buffer;
  /** Of the blob: everything before it was taken. */
  private position: number;
  private filled = 0;
  private writing: Promise<void> | undefined;

  /** @param memory `writerBytes`, of which nobody else makes use meanwhile. */
  constructor(blob: BlobAssembly, segment: Segment, memory: Buffer) {
    this.blob = blob;
    this.segment = segment;
    this.position = segment.written;
    this.gathering = memory.subarray(0, pieceBytes);
    this.resting = memory.subarray(pieceBytes);
  }

  /**
   * Writes until the segment is full or the bytes end, and what had come when they fail. Chunks may be lent.
   *
   * @throws ContentError `CONTENT_SIZE_MISMATCH` when more bytes come than the blob has.
   */
  async takeFrom(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      await this.takeAll(bytes);
    } catch (error) {
      await this.flush().catch(() => undefined);
      throw error;
    }
    await this.flush();
  }

  private async takeAll(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const { segment } = this;
    for await (const chunk of bytes) {
      // Its end may have moved: the rest can be somebody else's by now.
      const room = segment.end - this.position;
      const isAll = chunk.byteLength <= room;
      if (!isAll && segment.end === this.blob.placed.entry.size) throw this.tooMany();
      await this.take(isAll ? chunk : chunk.subarray(0, Math.max(0, room)));
      if (!isAll || this.position >= segment.end) {
        // At the end of the blob the source is read to its own end, so that too many bytes are found.
        if (segment.end < this.blob.placed.entry.size) break;
      }
    }
  }

  /** Bytes are gathered where they will be in their piece of the file: all but the first and the last are whole ones. */
  private get gatheredTo(): number {
    return (this.blob.placed.contentAt + this.position) % pieceBytes;
  }

  private async take(chunk: Uint8Array): Promise<void> {
    this.blob.hashInTurn(chunk, this.position);
    if (chunk.byteLength >= largeChunkBytes && !this.blob.prefersPieces) {
      await this.flush();
      await this.blob.write(this.segment, chunk);
      this.position += chunk.byteLength;
      return;
    }
    for (let rest = chunk; rest.byteLength > 0;) {
      const at = this.gatheredTo;
      const part = rest.subarray(0, pieceBytes - at);
      this.gathering.set(part, at);
      this.position += part.byteLength;
      this.filled += part.byteLength;
      rest = rest.subarray(part.byteLength);
      if (this.gatheredTo === 0) await this.startWriting(pieceBytes);
    }
  }

  private async flush(): Promise<void> {
    await this.startWriting(this.gatheredTo);
    await this.writing;
  }

  /** @param end Of what was gathered, in its memory. */
  private async startWriting(end: number): Promise<void> {
    await this.writing;
    if (this.filled === 0) return;
    const bytes = this.gathering.subarray(end - this.filled, end);
    [this.gathering, this.resting] = [this.resting, this.gathering];
    this.filled = 0;
    this.writing = this.blob.write(this.segment, bytes);
    // Whoever waits for it next is told.
    this.writing.catch(() => undefined);
  }

  private tooMany(): ContentError {
    const { digest, size } = this.blob.placed.entry;
    return new ContentError(
      'CONTENT_SIZE_MISMATCH',
      `expected ${digest} (${size} bytes): more than ${size} bytes arrived`,
    );
  }
}
