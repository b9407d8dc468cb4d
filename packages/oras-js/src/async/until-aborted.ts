/** Stops waiting for a promise that cannot be told to stop itself. */
import { onAbort } from './on-abort.js';

/** Settles like `promise`, or rejects with `signal.reason`, whichever is first. */
export async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = onAbort(signal, () => {
      // The reason is the caller's own value, Error or not, and is passed on as it is.
      reject(signal?.reason as Error);
    });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}
