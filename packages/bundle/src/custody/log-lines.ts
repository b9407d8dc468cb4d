/** The lines of a custody log as they stand in the file, one after the other, in flat memory. */
import { constants, open } from 'node:fs/promises';
import type { CallOptions } from 'oras-js';
import { maxLineBytes } from './custody-entry.js';
import { CustodyError, logFailure } from './custody-error.js';

export interface LogLine {
  /** Counted from 1. */
  readonly number: number;
  /** With a line feed at its end, whether or not the file has it. */
  readonly bytes: Buffer;
  /** False for a last line without a line feed. */
  readonly isEnded: boolean;
}

const lineFeed = 0x0a;

/** @throws CustodyError `LOG_UNREADABLE`, or `LOG_INVALID` for lines that no log has. */
export async function* logLines(file: string, options: CallOptions = {}): AsyncGenerator<LogLine> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces(file, options)) {
    rest = Buffer.concat([rest, piece]);
    for (let end = rest.indexOf(lineFeed); end !== -1; end = rest.indexOf(lineFeed)) {
      yield { number: ++number, bytes: rest.subarray(0, end + 1), isEnded: true };
      rest = rest.subarray(end + 1);
    }
    if (rest.length > maxLineBytes) throw tooLong(file, number + 1);
  }
  if (rest.length === 0) return;
  yield {
    number: number + 1,
    bytes: Buffer.concat([rest, Buffer.of(lineFeed)]),
    isEnded: false,
  };
}

async function* pieces(file: string, { signal }: CallOptions): AsyncGenerator<Buffer> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) throw notAFile(file);
    for (;;) {
      signal?.throwIfAborted();
      const piece = Buffer.alloc(maxLineBytes);
      const { bytesRead } = await handle.read(piece, 0, piece.length, null);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } catch (error) {
    throw logFailure(error, 'LOG_UNREADABLE', file);
  }
}

function notAFile(file: string): CustodyError {
  return new CustodyError(
    'LOG_UNREADABLE',
    `expected a regular file at ${file}, found something else`,
  );
}

function tooLong(file: string, line: number): CustodyError {
  return new CustodyError(
    'LOG_INVALID',
    `expected lines of at most ${maxLineBytes} bytes in ${file}, found more in line ${line}`,
    { hint: 'name the custody log with --log FILE' },
  );
}
