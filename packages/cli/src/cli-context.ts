/** Everything a command knows of the world: handed over by `main`, so that no other file asks the process. */
import type { Readable, Writable } from 'node:stream';

export interface CliContext {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Width of the terminal behind `stderr`; undefined when it is not one. */
  readonly terminalColumns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** What this machine calls itself; for the log and for receipts. */
  readonly hostName: string;
  /** Aborted by Ctrl-C and SIGTERM, with an `Interrupted` as the reason. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Asks on the terminal; absent when there is no terminal. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** Asks on the terminal without showing the answer; undefined when there is no terminal. */
  readonly askSecret: ((question: string) => Promise<string>) | undefined;
}

/** Why a run was stopped from outside. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signalName: 'SIGINT' | 'SIGTERM';

  constructor(signalName: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signalName}`);
    this.signalName = signalName;
  }
}
