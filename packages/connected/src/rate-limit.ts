/** Not more bytes a second than allowed, over all connections together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from 'oras-js';

/** So much may come at once after a pause: shorter waits than this are not worth a timer. */
const burstMs = 50;

export class RateLimit {
  private readonly bytesPerMs: number;
  private paidUntilMs = 0;

  constructor(bytesPerSecond: number) {
    this.bytesPerMs = bytesPerSecond / 1000;
  }

  /** Waits until so many bytes are paid for. Whoever reads no more meanwhile slows down its sender. */
  async take(bytes: number, { signal }: CallOptions): Promise<void> {
    const nowMs = performance.now();
    this.paidUntilMs = Math.max(this.paidUntilMs, nowMs - burstMs) + bytes / this.bytesPerMs;
    const waitMs = this.paidUntilMs - nowMs;
    if (waitMs <= 0) return;
    await sleep(waitMs, undefined, { signal }).catch((error: unknown) => {
      throw signal?.aborted === true ? signal.reason : error;
    });
  }
}
