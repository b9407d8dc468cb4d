/**
 * Cuts a stream into request bodies of a wanted length.
 *
 * A small one is held in memory and can be sent twice; a large one, which only
 * a registry with a large minimum asks for, goes straight through, once.
 */
import type { RequestBody } from '../http/send.js';
import { RegistryError } from './registry-error.js';

/** Two uploads' worth of the usual chunk; eight uploads at once then hold less than 64 MiB. */
const maxHeldBytes = 6 * 1024 * 1024;

export class ChunkReader {
  private readonly source: AsyncGenerator<Uint8Array, void, undefined>;
  private rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncGenerator<Uint8Array, void, undefined>) {
    this.source = source;
  }

  /** The next `size` bytes; fewer when the source ends before. */
  async next(size: number): Promise<RequestBody> {
    if (size > maxHeldBytes) return { size, open: once(this.take(size)) };
    const held: Uint8Array[] = [];
    for await (const chunk of this.take(size)) held.push(chunk);
    return { size, open: () => Promise.resolve(pieces(held)) };
  }

  /** Whatever the source checks at its end is checked now. */
  async readToEnd(): Promise<void> {
    while ((await this.source.next()).done !== true);
  }

  async close(): Promise<void> {
    await this.source.return();
  }

  private async *take(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    let missing = size;
    while (missing > 0) {
      if (this.rest.byteLength === 0) {
        const { done, value } = await this.source.next();
        if (done === true) return;
        this.rest = value;
      }
      const chunk = this.rest.subarray(0, missing);
      this.rest = this.rest.subarray(chunk.byteLength);
      missing -= chunk.byteLength;
      yield chunk;
    }
  }
}

function once(stream: AsyncIterable<Uint8Array>): RequestBody['open'] {
  let isTaken = false;
  return () => {
    if (isTaken) {
      const message = 'expected a part of an upload to be sent once, found that it is wanted again';
      return Promise.reject(new RegistryError('REGISTRY_UNAVAILABLE', message, { mayPass: true }));
    }
    isTaken = true;
    return Promise.resolve(stream);
  };
}

async function* pieces(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
