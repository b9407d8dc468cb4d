/**
 * Calls back when a signal aborts, however many wait for the same one.
 *
 * One signal stops a whole run with hundreds of requests. Node warns of a leak
 * at the eleventh listener, so each signal gets one of ours and the list is
 * kept here.
 */

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/** @returns Stops waiting; harmless to call twice. A signal that is aborted already calls back at once. */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  const waiting = listeners.get(signal) ?? listenTo(signal);
  // Two who pass the same function are two.
  const entry = (): void => {
    callback();
  };
  waiting.add(entry);
  return () => {
    waiting.delete(entry);
  };
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>();
  listeners.set(signal, waiting);
  const listener = (): void => {
    for (const callback of [...waiting]) callback();
    waiting.clear();
  };
  signal.addEventListener('abort', listener, { once: true });
  return waiting;
}
