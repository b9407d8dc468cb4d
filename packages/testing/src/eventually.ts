/** Waits for something that another part of the test is about to do, without guessing how long that takes. */
import { setTimeout as sleep } from 'node:timers/promises';

const defaultLimitMs = 20_000;
const pauseMs = 5;

/** Repeats `check` until it does not throw; after `limitMs` throws what it threw last. */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  limitMs = defaultLimitMs,
): Promise<Result> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(pauseMs);
    }
  }
}
