/** A bundle from a pipe: one pass, nothing kept. */
import type { Readable } from 'node:stream';
import type { CallOptions } from 'oras-js';
import { trailing, truncated, unreadable, type BundleInput } from './bundle-input.js';

export function pipeInput(readable: Readable, name = 'standard input'): BundleInput {
  return new PipeInput(readable, name);
}

class PipeInput implements BundleInput {
  readonly name: string;
  position = 0;
  private readonly readable: Readable;
  private readonly chunks: AsyncIterator<Buffer, undefined>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(readable: Readable, name: string) {
    this.readable = readable;
    this.name = name;
    this.chunks = readable[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  }

  async read(length: number, options?: CallOptions): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream(length, options)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async *stream(length: number, options?: CallOptions): AsyncGenerator<Uint8Array> {
    for (let wanted = length; wanted > 0;) {
      if (this.rest.byteLength === 0) {
        const next = await this.nextChunk(options);
        if (next === undefined) throw truncated(this.name, this.position);
        this.rest = next;
      }
      const piece = this.rest.subarray(0, wanted);
      this.rest = this.rest.subarray(piece.byteLength);
      this.position += piece.byteLength;
      wanted -= piece.byteLength;
      yield piece;
    }
  }

  async expectEnd(options?: CallOptions): Promise<void> {
    const more = this.rest.byteLength > 0 || (await this.nextChunk(options)) !== undefined;
    if (more) throw trailing(this.name, this.position);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.readable.destroy();
  }

  // A writer that falls silent would hold the read for ever: the abort ends the pipe itself.
  private async nextChunk({ signal }: CallOptions = {}): Promise<Buffer | undefined> {
    signal?.throwIfAborted();
    const end = (): unknown => this.readable.destroy();
    signal?.addEventListener('abort', end, { once: true });
    try {
      const { done, value } = await this.chunks.next();
      signal?.throwIfAborted();
      return done === true ? undefined : value;
    } catch (error) {
      signal?.throwIfAborted();
      throw unreadable(this.name, error);
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }
}
