/**
 * The body of a request, counted on its way out.
 *
 * The HTTP library waits for ever when a body is shorter than announced, and
 * sends what is longer into the next request. So nothing beyond the announced
 * length leaves, and a body of another length ends the connection.
 */
import { Readable } from 'node:stream';
import { ContentError } from '../content/content-error.js';
import type { Exchange } from './exchange.js';
import type { RequestBody } from './send.js';
import type { TimeoutOptions } from './timeouts.js';

/**
 * A connection that is given so much or more at once says that it wants no more before the system has
 * taken it all. Of a smaller chunk nobody learns when it was taken, so that is copied.
 */
const minLentBytes = 256 * 1024;

export class UploadBody {
  /** What went wrong on our own side: the source failed, or it has another length. */
  failure: { readonly error: unknown } | undefined;
  isSent = false;
  onSent: () => void = () => undefined;
  /** Resolves when the last byte was handed over, or when that will never be. */
  readonly ended: Promise<void>;
  private readonly body: RequestBody;
  private readonly exchange: Exchange;
  private readonly timeouts: Required<TimeoutOptions>;
  private isCut = false;
  private end: () => void = () => undefined;

  constructor(body: RequestBody, exchange: Exchange, timeouts: Required<TimeoutOptions>) {
    this.body = body;
    this.exchange = exchange;
    this.timeouts = timeouts;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** For whoever sends it chunk by chunk, as the connection takes them. */
  stream(): Readable {
    return pulledFrom(this.chunks());
  }

  /** All of it, for whoever sends it in one piece. */
  async whole(): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  private async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.counted();
      this.isSent = true;
      this.onSent();
    } catch (error) {
      // An aborted request stops the source, and so does a broken connection; neither is the source's failure.
      if (!this.exchange.signal.aborted && !this.isCut) this.failure = { error };
      throw error;
    } finally {
      this.end();
    }
  }

  private async *counted(): AsyncGenerator<Uint8Array> {
    let sent = 0;
    this.exchange.disarm();
    const { signal } = this.exchange;
    for await (const chunk of await this.body.open({ signal, lendChunks: true })) {
      // An empty chunk would stop a byte stream from asking for more.
      if (chunk.byteLength === 0) continue;
      sent += chunk.byteLength;
      if (sent > this.body.size) throw this.otherLength(`at least ${sent}`);
      // Time counts while the network has the chunk, not while the source makes the next one.
      this.exchange.arm(this.timeouts.idleMs, 'no byte was taken');
      yield* this.handedOver(chunk.byteLength < minLentBytes ? Buffer.from(chunk) : chunk);
      this.exchange.disarm();
    }
    if (sent !== this.body.size) throw this.otherLength(`${sent}`);
  }

  /** The stream throws what broke the connection into whoever made the chunk. */
  private *handedOver(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    try {
      yield chunk;
    } catch (error) {
      this.isCut = true;
      throw error;
    }
  }

  private otherLength(found: string): ContentError {
    return new ContentError(
      'CONTENT_SIZE_MISMATCH',
      `expected to send ${this.body.size} bytes, found ${found}`,
    );
  }
}

/**
 * Asks for the next chunk when the connection wants it, and never ahead: the one before may be lent.
 * `Readable.from` asks for one more than it hands on.
 */
function pulledFrom(chunks: AsyncGenerator<Uint8Array>): Readable {
  return new Readable({
    highWaterMark: 0,
    read() {
      chunks.next().then(
        ({ done, value }) => {
          this.push(done === true ? null : value);
        },
        (error: unknown) => {
          this.destroy(error as Error);
        },
      );
    },
    destroy(reason, done) {
      const ending = reason === null ? chunks.return(undefined) : chunks.throw(reason);
      ending.then(
        () => {
          done(reason);
        },
        () => {
          done(reason);
        },
      );
    },
  });
}
