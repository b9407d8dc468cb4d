/**
 * One upload in the making: a staging file, and the hash of what is in it.
 *
 * Requests on the same upload take turns. An append that is refused leaves the
 * upload as it was; of one whose connection broke, what arrived is kept, so
 * that the client can ask how far it came and go on from there.
 */
import { createHash, randomUUID, type Hash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GatheredWriter, type Digest } from 'oras-js';
import { Refusal } from './refusal.js';

export class UploadSession {
  readonly id: string = randomUUID();
  readonly repository: string;
  readonly file: string;
  private hash: Hash = createHash('sha256');
  private received = 0;
  private lastTurn: Promise<unknown> = Promise.resolve();
  private lastUsedMs = Date.now();

  constructor(repository: string, folder: string) {
    this.repository = repository;
    this.file = join(folder, `${this.id}.partial`);
  }

  /** Bytes stored so far. */
  get size(): number {
    return this.received;
  }

  /** Of the bytes stored so far. */
  get digest(): Digest {
    return `sha256:${this.hash.copy().digest('hex')}`;
  }

  isIdleSince(timeMs: number): boolean {
    return this.lastUsedMs < timeMs;
  }

  /** Runs `work` when all earlier requests on this upload are done. */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return await turn;
  }

  /** Makes the staging file. Exclusive: nobody can have put a link of its name there. */
  async create(): Promise<void> {
    const file = await open(this.file, 'wx', 0o644);
    await file.close();
  }

  /**
   * @param announcedBytes How many `bytes` there are, where the client said so.
   * @throws Refusal 416 when another number of them arrived.
   */
  async append(bytes: AsyncIterable<Uint8Array>, announcedBytes?: number): Promise<void> {
    const before = { hash: this.hash.copy(), received: this.received };
    const file = await open(this.file, 'r+');
    try {
      const writer = new GatheredWriter(file, this.received);
      try {
        for await (const chunk of bytes) {
          this.received += chunk.byteLength;
          this.lastUsedMs = Date.now();
          if (this.received - before.received > (announcedBytes ?? Infinity)) break;
          this.hash.update(chunk);
          await writer.write(chunk);
        }
        checkCount(this.received - before.received, announcedBytes);
      } finally {
        await writer.flush();
      }
    } catch (error) {
      if (!isBrokenConnection(error)) {
        this.hash = before.hash;
        this.received = before.received;
        await file.truncate(before.received);
      }
      throw error;
    } finally {
      await file.close();
    }
  }

  async discard(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

function checkCount(arrivedBytes: number, announcedBytes: number | undefined): void {
  if (announcedBytes === undefined || arrivedBytes === announcedBytes) return;
  throw new Refusal(
    416,
    'BLOB_UPLOAD_INVALID',
    `expected the ${announcedBytes} bytes of Content-Range, found ${
      arrivedBytes < announcedBytes ? arrivedBytes : 'more'
    }`,
  );
}

function isBrokenConnection(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ECONNRESET';
}
