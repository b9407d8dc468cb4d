/** Brings to the disk what was written while more is coming, so that little is left for the end. */

/** Each time so much more was written, in bytes. */
const flushEveryBytes = 32 * 1024 * 1024;
/** Whoever stops a run waits for the flush that is under way: on a disk that takes longer there is no other. */
const slowFlushMs = 1000;

export class MeanwhileFlushes {
  private readonly flush: () => Promise<void>;
  private unflushedBytes = 0;
  private flushing: Promise<void> | undefined;
  private isSlow = false;
  /** The system tells of it once, and not again when everything is flushed at the end. */
  private failure: { readonly error: unknown } | undefined;

  constructor(flush: () => Promise<void>) {
    this.flush = flush;
  }

  wrote(byteLength: number): void {
    this.unflushedBytes += byteLength;
    // One at a time: a second one would wait for the first, in a thread that others need.
    if (this.unflushedBytes < flushEveryBytes || this.flushing !== undefined || this.isSlow) return;
    this.unflushedBytes = 0;
    const startedMs = performance.now();
    this.flushing = this.flush()
      .then(() => {
        this.isSlow = performance.now() - startedMs > slowFlushMs;
      })
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.flushing = undefined;
      });
  }

  /** Waits for the one under way, however it ends. */
  async ended(): Promise<void> {
    await this.flushing;
  }

  /** @throws What the system said of any of them: something did not reach the disk. */
  check(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}
