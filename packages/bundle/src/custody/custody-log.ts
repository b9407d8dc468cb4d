/**
 * The custody log: lines are added at its end, one run after the other, and never changed.
 *
 * A line that a killed run left unfinished stays where it is; the next run
 * says so in a line of its own. Nothing here removes or rewrites a byte.
 */
import { constants, mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { hasCode, withFolderLock, type CallOptions } from 'oras-js';
import { encodeEntry, hashLine, type CustodyFacts } from './custody-entry.js';
import { CustodyError, logFailure } from './custody-error.js';
import { readLogTail, type LogTail } from './log-tail.js';

export interface AppendedLine {
  readonly line: number;
  /** Of the line that was written: what `log verify --last` takes. */
  readonly hash: string;
}

export class CustodyLog {
  readonly file: string;

  private constructor(file: string) {
    this.file = file;
  }

  /**
   * Proves that a line can be added, before there is anything to say. Makes the file and its folder.
   *
   * @throws CustodyError `LOG_UNWRITABLE`, `LOG_INVALID` or `LOG_LOCKED`.
   */
  static async open(file: string, options: CallOptions = {}): Promise<CustodyLog> {
    const log = new CustodyLog(resolve(file));
    await log.locked(async (handle) => readLogTail(handle, log.file), options);
    return log;
  }

  /**
   * Returns when the line is on the disk.
   *
   * @throws CustodyError `LOG_UNWRITABLE`, `LOG_INVALID` or `LOG_LOCKED`.
   */
  async append(facts: CustodyFacts, options: CallOptions = {}): Promise<AppendedLine> {
    return this.locked(async (handle) => {
      const tail = await readLogTail(handle, this.file);
      const { bytes, appended } = continued(tail, facts);
      // In one write: a reader beside us sees whole lines, and a kill leaves at most one of them torn.
      await handle.appendFile(bytes);
      await handle.sync();
      return appended;
    }, options);
  }

  private async locked<Result>(
    work: (handle: FileHandle) => Promise<Result>,
    options: CallOptions,
  ): Promise<Result> {
    try {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
      return await withFolderLock(`${this.file}.lock`, () => this.opened(work), options);
    } catch (error) {
      if (hasCode(error, 'LAYOUT_LOCKED')) throw lockedLog(this.file, error);
      throw logFailure(error, 'LOG_UNWRITABLE', this.file);
    }
  }

  private async opened<Result>(work: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    // Without O_NONBLOCK a FIFO without a reader would hold the run for ever.
    const { O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
    const handle = await open(this.file, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
    try {
      if ((await handle.stat()).isFile()) return await work(handle);
    } finally {
      await handle.close();
    }
    throw new CustodyError(
      'LOG_INVALID',
      `expected a regular file for the custody log at ${this.file}, found something else`,
      { hint: 'name a file with --log FILE' },
    );
  }
}

function continued(
  tail: LogTail,
  facts: CustodyFacts,
): { readonly bytes: Buffer; readonly appended: AppendedLine } {
  const parts: Buffer[] = tail.isOpenEnded ? [Buffer.from('\n')] : [];
  let { line, hash } = tail;
  const add = (entry: Parameters<typeof encodeEntry>[2]): void => {
    line += 1;
    const bytes = encodeEntry(line, hash, entry);
    hash = hashLine(bytes);
    parts.push(bytes);
  };
  if (tail.torn !== undefined) {
    line += tail.torn.lines;
    add({ event: 'torn', time: facts.time, torn: tail.torn });
  }
  add(facts);
  return { bytes: Buffer.concat(parts), appended: { line, hash } };
}

function lockedLog(file: string, cause: unknown): CustodyError {
  return new CustodyError(
    'LOG_LOCKED',
    `expected the custody log ${file} to be free, found it held by another run`,
    { hint: 'wait for the other run to end, then run it again', cause },
  );
}
