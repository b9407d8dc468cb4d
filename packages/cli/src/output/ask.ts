/** Asks a question on the terminal; what is typed is shown. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

/** @param signal Ends the question; it then rejects with `signal.reason`. */
export function askOn(
  stdin: Readable,
  stderr: Writable,
  signal: AbortSignal,
): (question: string) => Promise<string> {
  return async (question) => {
    const terminal = createInterface({ input: stdin, output: stderr, terminal: true });
    try {
      return await terminal.question(question, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      terminal.close();
    }
  };
}
