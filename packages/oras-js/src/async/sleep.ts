/** Waits that can be interrupted: an aborted wait rejects with `signal.reason` itself. */
import { setTimeout as wait } from 'node:timers/promises';

export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
