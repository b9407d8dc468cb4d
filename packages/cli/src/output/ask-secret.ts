/** Asks for a passphrase on the terminal; what is typed is not shown. */
import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';

/** @param signal Ends the question; it then rejects with `signal.reason`. */
export function askSecretOn(
  stdin: Readable,
  stderr: Writable,
  signal: AbortSignal,
): (question: string) => Promise<string> {
  return async (question) => {
    stderr.write(question);
    const unseen = new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    const terminal = createInterface({ input: stdin, output: unseen, terminal: true });
    try {
      return await terminal.question('', { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      terminal.close();
      stderr.write('\n');
    }
  };
}
