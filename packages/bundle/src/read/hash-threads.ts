/**
 * Threads that hash parts of one open file beside the main one.
 *
 * They are started when there is work for them, and gone when the object is
 * disposed of: then nothing reads the file any more.
 */
import { Slots, type CallOptions, type Digest } from 'oras-js';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BundleError } from '../bundle-error.js';
import { truncated, unreadable } from './bundle-input.js';
import type { BytesOptions } from './bytes-options.js';
import type { HashAnswer, HashJob } from './hash-job.js';

/** The disk is the limit long before. */
const maxThreads = 8;
/** Hashed in less time than threads take to start. */
const minBundleBytes = 64 * 1024 * 1024;
/** A smaller blob is hashed before a thread has heard of it. */
export const minThreadedBytes = 1024 * 1024;

/**
 * Also on a single processor: a thread that only hashes may wait for the disk by itself, which the main one may not.
 *
 * @param bytes All that there is to prove.
 */
export function usefulThreads(bytes: number): number {
  return bytes < minBundleBytes ? 0 : Math.min(availableParallelism(), maxThreads);
}

export interface OpenFile {
  /** For messages. */
  readonly name: string;
  readonly descriptor: number;
}

/** `failed`: it could not be started, or has ended by itself. */
type ThreadAnswer = HashAnswer | { readonly type: 'failed'; readonly cause: unknown };

export class HashThreads implements AsyncDisposable {
  readonly count: number;
  private readonly file: OpenFile;
  private readonly all = new Set<Worker>();
  private readonly idle: Worker[] = [];
  /** Whoever holds one has an idle thread, or room for another. */
  private readonly slots: Slots;

  /** @param count At most so many at once. */
  constructor(file: OpenFile, count: number) {
    this.file = file;
    this.count = count;
    this.slots = new Slots(count);
  }

  /**
   * @throws BundleError `BUNDLE_TRUNCATED`, or `BUNDLE_UNREADABLE` also when there is no thread to be had;
   * what `signal` was aborted with, within a piece.
   */
  async hash(
    part: Omit<HashJob, 'descriptor'>,
    { signal, onBytes }: CallOptions & BytesOptions,
  ): Promise<Digest> {
    const release = await this.slots.take(signal);
    try {
      signal?.throwIfAborted();
      const thread = this.idle.pop() ?? this.started();
      return await this.hashIn(thread, part, { signal, onBytes });
    } finally {
      release();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.all].map((thread) => thread.terminate()));
  }

  protected start(): Worker {
    // It needs nothing of what this program was told.
    return new Worker(new URL('./hash-thread.js', import.meta.url), { env: {}, execArgv: [] });
  }

  private async hashIn(
    thread: Worker,
    part: Omit<HashJob, 'descriptor'>,
    options: CallOptions & BytesOptions,
  ): Promise<Digest> {
    try {
      const job: HashJob = { ...part, descriptor: this.file.descriptor };
      const digest = this.digestFrom(await answerOf(thread, job, options));
      this.idle.push(thread);
      return digest;
    } catch (error) {
      // It may be in the middle of the part.
      await thread.terminate();
      throw error;
    }
  }

  private started(): Worker {
    try {
      const thread = this.start();
      this.all.add(thread);
      // Whoever waits for an answer of it listens too. Unheard, an error would end the program.
      thread
        .on('error', () => undefined)
        .on('exit', () => {
          this.forget(thread);
        });
      return thread;
    } catch (cause) {
      throw threadless(this.file.name, cause);
    }
  }

  private forget(thread: Worker): void {
    this.all.delete(thread);
    const at = this.idle.indexOf(thread);
    if (at >= 0) this.idle.splice(at, 1);
  }

  private digestFrom(answer: ThreadAnswer): Digest {
    const { name } = this.file;
    if (answer.type === 'digest') return `sha256:${answer.hex}`;
    if (answer.type === 'ended') throw truncated(name, answer.at);
    if (answer.type === 'failed') throw threadless(name, answer.cause);
    throw unreadable(name, answer);
  }
}

async function answerOf(
  thread: Worker,
  job: HashJob,
  { signal, onBytes }: CallOptions & BytesOptions,
): Promise<ThreadAnswer> {
  let stopListening = (): void => undefined;
  try {
    return await new Promise<ThreadAnswer>((resolve, reject) => {
      const fail: (error: Error) => void = reject;
      const listen = (answer: HashAnswer): void => {
        try {
          if (answer.type === 'bytes') onBytes?.(answer.count);
          else resolve(answer);
        } catch (error) {
          fail(error as Error);
        }
      };
      const broke = (cause: unknown): void => {
        resolve({ type: 'failed', cause });
      };
      const ended = (status: number): void => {
        broke(new Error(`it ended with ${status}`));
      };
      const stop = (): void => {
        fail(signal?.reason as Error);
      };
      stopListening = () => {
        thread.off('message', listen).off('error', broke).off('exit', ended);
        signal?.removeEventListener('abort', stop);
      };
      signal?.addEventListener('abort', stop);
      thread.on('message', listen).on('error', broke).on('exit', ended);
      thread.postMessage(job);
    });
  } finally {
    stopListening();
  }
}

function threadless(name: string, cause: unknown): BundleError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new BundleError(
    'BUNDLE_UNREADABLE',
    `cannot read ${name} in a thread of its own (${code ?? message})`,
    { hint: 'give this program more memory, or a higher limit on threads', cause },
  );
}
