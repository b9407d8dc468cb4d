/** A fixed number of places, given out in the order they were asked for. */
import { onAbort } from './on-abort.js';

/** Bounds what is done at once where `mapConcurrent` does not fit. */
export class Slots {
  private free: number;
  private readonly queue: (() => void)[] = [];

  /** @param count At least 1. */
  constructor(count: number) {
    this.free = count;
  }

  /**
   * Waits for a place. When aborted it rejects with `signal.reason`, and takes none.
   *
   * @returns Gives the place back; harmless to call twice.
   */
  async take(signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.free > 0) this.free -= 1;
    else await this.wait(signal);
    let isHeld = true;
    return () => {
      if (isHeld) this.give();
      isHeld = false;
    };
  }

  private give(): void {
    const next = this.queue.shift();
    if (next === undefined) this.free += 1;
    else next();
  }

  private wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const granted = (): void => {
        stop();
        resolve();
      };
      this.queue.push(granted);
      const stop = onAbort(signal, () => {
        this.queue.splice(this.queue.indexOf(granted), 1);
        reject(signal?.reason as Error);
      });
    });
  }
}
