/**
 * Threads that hash parts of one open file beside the main one.
 *
 * They are started when there is work for them, and gone when the object is
 * disposed of: then nothing reads the file any more.
 */
import type { CallOptions, Digest } from 'oras-js';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
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

export class HashThreads implements AsyncDisposable {
  readonly count: number;
  private readonly file: OpenFile;
  private readonly all = new Set<Worker>();
  private readonly idle: Worker[] = [];
  private readonly waiting: (() => void)[] = [];

  /** @param count At most so many at once. */
  constructor(file: OpenFile, count: number) {
    this.file = file;
    this.count = count;
  }

  /** @throws BundleError `BUNDLE_TRUNCATED` or `BUNDLE_UNREADABLE`; what `signal` was aborted with, within a piece. */
  async hash(
    part: Omit<HashJob, 'descriptor'>,
    { signal, onBytes }: CallOptions & BytesOptions,
  ): Promise<Digest> {
    const thread = await this.freeThread();
    try {
      signal?.throwIfAborted();
      const job: HashJob = { ...part, descriptor: this.file.descriptor };
      const digest = this.digestFrom(await answerOf(thread, job, { signal, onBytes }));
      this.idle.push(thread);
      return digest;
    } catch (error) {
      // It may be in the middle of the part.
      await thread.terminate();
      this.all.delete(thread);
      throw error;
    } finally {
      this.waiting.shift()?.();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.all].map((thread) => thread.terminate()));
  }

  private async freeThread(): Promise<Worker> {
    while (this.idle.length === 0 && this.all.size >= this.count) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    const idle = this.idle.pop();
    if (idle !== undefined) return idle;
    // It needs nothing of what this program was told.
    const thread = new Worker(new URL('./hash-thread.js', import.meta.url), {
      env: {},
      execArgv: [],
    });
    this.all.add(thread);
    return thread;
  }

  private digestFrom(answer: HashAnswer): Digest {
    const { name } = this.file;
    if (answer.type === 'digest') return `sha256:${answer.hex}`;
    if (answer.type === 'ended') throw truncated(name, answer.at);
    throw unreadable(name, answer);
  }
}

async function answerOf(
  thread: Worker,
  job: HashJob,
  { signal, onBytes }: CallOptions & BytesOptions,
): Promise<HashAnswer> {
  let stopListening = (): void => undefined;
  try {
    return await new Promise<HashAnswer>((resolve, reject) => {
      const fail: (error: Error) => void = reject;
      const listen = (answer: HashAnswer): void => {
        try {
          if (answer.type === 'bytes') onBytes?.(answer.count);
          else resolve(answer);
        } catch (error) {
          fail(error as Error);
        }
      };
      const stop = (): void => {
        fail(signal?.reason as Error);
      };
      stopListening = () => {
        thread.off('message', listen).off('error', fail);
        signal?.removeEventListener('abort', stop);
      };
      signal?.addEventListener('abort', stop);
      thread.on('message', listen).on('error', fail);
      thread.postMessage(job);
    });
  } finally {
    stopListening();
  }
}
