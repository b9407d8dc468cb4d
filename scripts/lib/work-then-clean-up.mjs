/**
 * Cleans up after the work, after its failure, or when somebody interrupts it. A failure is told
 * by its message and ends the program with exit code 1.
 */
import { constants } from 'node:os';

export async function workThenCleanUp(work, cleanUp) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      void cleanUp().finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
  try {
    await work();
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  } finally {
    await cleanUp();
  }
}
