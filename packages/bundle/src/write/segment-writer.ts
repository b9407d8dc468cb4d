/** Brings one stream into one segment of a blob, in large pieces, whatever the chunks are like. */
import { ContentError } from 'oras-js';
import { pieceBytes } from '../limits.js';
import type { BlobAssembly } from './blob-assembly.js';
import type { Segment } from './segments.js';

/** A chunk of this size is written as it is: copying it first costs more than a smaller write. */
const directBytes = pieceBytes / 4;

export class SegmentWriter {
  private readonly blob: BlobAssembly;
  private readonly segment: Segment;
  private readonly gathered: Buffer;
  private filled = 0;

  /** @param memory `pieceBytes`, of which nobody else makes use meanwhile. */
  constructor(blob: BlobAssembly, segment: Segment, memory: Buffer) {
    this.blob = blob;
    this.segment = segment;
    this.gathered = memory.subarray(0, segment.end - segment.written);
  }

  /**
   * Writes until the segment is full or the bytes end. Chunks may be lent.
   *
   * @throws ContentError `CONTENT_SIZE_MISMATCH` when more bytes come than the blob has.
   */
  async takeFrom(bytes: AsyncIterable<Uint8Array>): Promise<void> {
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
    await this.flush();
  }

  private get position(): number {
    return this.segment.written + this.filled;
  }

  private async take(chunk: Uint8Array): Promise<void> {
    this.blob.hashInTurn(chunk, this.position);
    if (this.filled + chunk.byteLength > this.gathered.byteLength) await this.flush();
    if (chunk.byteLength >= directBytes || chunk.byteLength > this.gathered.byteLength) {
      await this.flush();
      await this.blob.write(this.segment, chunk);
      return;
    }
    this.gathered.set(chunk, this.filled);
    this.filled += chunk.byteLength;
    if (this.filled === this.gathered.byteLength) await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.filled === 0) return;
    const bytes = this.gathered.subarray(0, this.filled);
    this.filled = 0;
    await this.blob.write(this.segment, bytes);
  }

  private tooMany(): ContentError {
    const { digest, size } = this.blob.placed.entry;
    return new ContentError(
      'CONTENT_SIZE_MISMATCH',
      `expected ${digest} (${size} bytes): more than ${size} bytes arrived`,
    );
  }
}
