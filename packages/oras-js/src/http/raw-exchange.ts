/**
 * One question past the HTTP library: the chunks of the answer are lent, each
 * until the next one is asked for, or come where its reader wants them.
 *
 * Only what is of the plainest form is read here. Of everything else nothing is
 * believed, and the caller decides whether to ask again in the usual way.
 */
import type { MemoryAt } from '../content/target.js';
import { onAbort } from '../async/on-abort.js';
import {
  isRefusal,
  maxHeadBytes,
  mayBecomeHead,
  parseAnswerHead,
  withoutInterim,
  type AnswerHead,
} from './answer-head.js';
import type { RawConnection, Receiver } from './raw-connection.js';
import type { Method } from './send.js';
import { giveBack } from './slabs.js';

/** As much of an answer of the HTTP library as is used here. */
export interface RawAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array>;
  /** From now on bytes of the body, by their position in it, are brought there. It must not throw: a socket asks. */
  bringTo(memoryAt: MemoryAt): void;
}

export class RawExchange implements Receiver {
  private readonly connection: RawConnection;
  private readonly onEnded: (keptMs: number) => void;
  private readonly waiting: Buffer[] = [];
  private method: Method = 'GET';
  hasAnswered = false;
  /** In a form that is left to the HTTP library. */
  wasRefused = false;
  private headText = '';
  private head: AnswerHead | undefined;
  private missingBytes = 0;
  /** Of the body. */
  private receivedBytes = 0;
  private memoryAt: MemoryAt = () => undefined;
  private end: { readonly error: Error | undefined } | undefined;
  private wake: () => void = () => undefined;
  private stopListening: () => void = () => undefined;

  /** @param onEnded Called once; with for how long the connection may be asked something else. */
  constructor(connection: RawConnection, onEnded: (keptMs: number) => void) {
    this.connection = connection;
    this.onEnded = onEnded;
  }

  /** @returns Undefined when the answer is for the HTTP library to read. Rejects as the connection does. */
  async ask(
    method: Method,
    request: string | Buffer,
    signal: AbortSignal,
  ): Promise<RawAnswer | undefined> {
    this.method = method;
    this.stopListening = onAbort(signal, () => {
      this.connection.close();
    });
    this.connection.ask(request, this);
    while (this.head === undefined && this.end === undefined) await this.more();
    if (this.head === undefined) {
      if (this.end?.error === undefined) return undefined;
      throw this.end.error;
    }
    const { status, headers } = this.head;
    const bringTo = (memoryAt: MemoryAt): void => {
      this.memoryAt = memoryAt;
    };
    return { status, ok: status >= 200 && status < 300, headers, body: this.body(), bringTo };
  }

  memory(aheadBytes: number): Buffer | undefined {
    const missing = this.missingBytes - aheadBytes;
    // What comes after the answer is never put where the answer is wanted.
    return missing > 0
      ? this.memoryAt(this.receivedBytes + aheadBytes)?.subarray(0, missing)
      : undefined;
  }

  onBytes(bytes: Buffer): boolean {
    if (this.head === undefined) this.readHead(bytes);
    else this.take(bytes);
    this.wake();
    // Others that waited meanwhile would only fill memory; the system holds what comes.
    return this.waiting.length === 0;
  }

  onEnd(error: Error = endedEarly()): void {
    // Half a head is no answer of a known form either.
    const isOfOtherForm = this.head === undefined && this.hasAnswered;
    this.finish(0, isOfOtherForm ? undefined : error);
    this.wake();
  }

  private readHead(bytes: Buffer): void {
    this.hasAnswered = true;
    const before = this.headText.length;
    const text = this.headText + bytes.toString('latin1', 0, maxHeadBytes);
    this.headText = withoutInterim(text);
    const bytesAt = before - (text.length - this.headText.length);
    const end = this.headText.indexOf('\r\n\r\n');
    this.head = end < 0 ? undefined : parseAnswerHead(this.headText.slice(0, end), this.method);
    const contentBytes = this.head?.contentBytes;
    if (contentBytes !== undefined) {
      this.missingBytes = contentBytes;
      this.take(bytes.subarray(end + 4 - bytesAt));
      return;
    }
    giveBack(bytes);
    this.wasRefused = end >= 0 && isRefusal(this.headText);
    // Of a read that is longer than a head the rest was not looked at.
    const isCut = bytes.byteLength > maxHeadBytes;
    if (end >= 0 || isCut || !mayBecomeHead(this.headText)) this.finish(0);
  }

  private take(bytes: Buffer): void {
    this.missingBytes -= bytes.byteLength;
    this.receivedBytes += bytes.byteLength;
    if (bytes.byteLength > 0) this.waiting.push(bytes);
    else giveBack(bytes);
    // With more than was announced, which whoever counts finds, a connection is not used again. Where the answer was
    // brought to its reader, the rest comes later and finds nobody.
    if (this.missingBytes <= 0) this.finish(this.missingBytes < 0 ? 0 : (this.head?.keptMs ?? 0));
  }

  private finish(keptMs: number, error?: Error): void {
    if (this.end !== undefined) return;
    this.end = { error };
    // From here on the connection may be somebody else's.
    this.stopListening();
    this.onEnded(keptMs);
  }

  private async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const [chunk] = this.waiting;
        if (chunk !== undefined) {
          yield chunk;
          this.waiting.shift();
          giveBack(chunk);
          // Over TLS several come at once; the system holds the next ones until these are taken.
          if (this.end === undefined && this.waiting.length === 0) this.connection.resume();
        } else if (this.end === undefined) await this.more();
        else if (this.end.error !== undefined) throw this.end.error;
        else return;
      }
    } finally {
      for (const chunk of this.waiting.splice(0)) giveBack(chunk);
      this.finish(0);
    }
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

function endedEarly(): Error {
  const error = new Error('the connection was closed before the end of the answer');
  return Object.assign(error, { code: 'ECONNRESET' });
}
