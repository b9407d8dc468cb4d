/** Stops waiting for a promise that cannot be told to stop itself. */

/** Settles like `promise`, or rejects with `signal.reason`, whichever is first. */
export async function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  // The loser of a race must not end as an unhandled rejection.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  return new Promise<Value>((resolve, reject) => {
    const abort = (): void => {
      // The reason is the caller's own value, Error or not, and is passed on as it is.
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
