/**
 * Runs a command line as a function, in a world that the test made up, and
 * keeps what it said.
 *
 * It does not know which commands there are: the test hands over the function.
 */
import { Readable, Writable } from 'node:stream';
import { tempDir } from '../temp-dir.js';

/** What a command line asks of the world around it. */
export interface CapturedWorld {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly terminalColumns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly hostName: string;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  readonly askSecret: ((question: string) => Promise<string>) | undefined;
}

/** Returns the exit code. */
export type CommandLine = (args: readonly string[], world: CapturedWorld) => Promise<number>;

export interface CapturedOptions {
  /** Default: empty. */
  readonly stdin?: Uint8Array | Readable;
  /** The whole environment; the test's own is not passed on. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: an empty folder for this run, so that nobody's credentials are found and nobody's log grows. */
  readonly homeDirectory?: string;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
  readonly terminalColumns?: number;
  readonly ask?: (question: string) => Promise<string>;
  readonly askSecret?: (question: string) => Promise<string>;
}

export interface CapturedRun {
  readonly code: number;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

export async function captureRun(
  run: CommandLine,
  args: readonly string[],
  options: CapturedOptions = {},
): Promise<CapturedRun> {
  const { stdin = Buffer.alloc(0), env = {}, now = () => new Date() } = options;
  const [out, err] = [capture(), capture()];
  await using home = await tempDir();
  const code = await run(args, {
    // In an array: a bare buffer would be taken for a list of single bytes.
    stdin: stdin instanceof Readable ? stdin : Readable.from(stdin.length === 0 ? [] : [stdin]),
    stdout: out.stream,
    stderr: err.stream,
    terminalColumns: options.terminalColumns,
    env,
    homeDirectory: options.homeDirectory ?? home.path,
    hostName: 'test-host',
    signal: options.signal ?? new AbortController().signal,
    now,
    ask: options.ask,
    askSecret: options.askSecret,
  });
  const stdoutBytes = out.bytes();
  return { code, stdout: stdoutBytes.toString(), stdoutBytes, stderr: err.bytes().toString() };
}

function capture(): { readonly stream: Writable; readonly bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}
