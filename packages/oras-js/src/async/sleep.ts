/** Waits that can be interrupted: an aborted wait rejects with `signal.reason` itself. */
import { untilAborted } from './until-aborted.js';

export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const wait = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await untilAborted(wait, signal);
  } finally {
    clearTimeout(timer);
  }
}
