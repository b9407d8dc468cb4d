/**
 * Runs `work` over all items, at most `concurrency` at once.
 *
 * After the first failure nothing new starts; what is in flight is aborted and
 * waited for, then the first failure is thrown. p-limit alone would reject at
 * once and leave the rest running.
 */
import pLimit from 'p-limit';
import type { CallOptions } from '../content/target.js';

/**
 * @param concurrency At least 1.
 * @param work Has to pass its signal on; without that nothing it began can be stopped.
 * @returns the results in the order of `items`.
 * @throws the first failure, or `signal.reason`, once nothing is under way any more.
 */
export async function mapConcurrent<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item, options: Required<CallOptions>) => Promise<Result>,
  options: CallOptions = {},
): Promise<Result[]> {
  const limit = pLimit(concurrency);
  const failed = new AbortController();
  const signal =
    options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  let failure: { readonly reason: unknown } | undefined;

  const runs = items.map((item) =>
    limit(async () => {
      if (signal.aborted) throw signal.reason;
      try {
        return await work(item, { signal });
      } catch (error) {
        failure ??= { reason: error };
        failed.abort(error);
        throw error;
      }
    }),
  );
  const settled = await Promise.allSettled(runs);

  options.signal?.throwIfAborted();
  if (failure !== undefined) throw failure.reason;
  return settled.map((run) => (run as PromiseFulfilledResult<Awaited<Result>>).value);
}
