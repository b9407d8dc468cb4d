/**
 * The end of the custody log: which line the next one continues.
 *
 * Only the last entries are read; whether all lines hold together is what
 * `verifyCustodyLog` is for.
 */
import type { FileHandle } from 'node:fs/promises';
import { digestOf } from 'oras-js';
import {
  hashLine,
  looksTorn,
  maxLineBytes,
  noPrevious,
  readEntry,
  type TornLines,
} from './custody-entry.js';
import { CustodyError } from './custody-error.js';

export interface LogTail {
  /** Number of the last whole line; 0 in an empty log. */
  readonly line: number;
  /** Hash of the last whole line. */
  readonly hash: string;
  /** True when the file does not end with a line feed; one has to be written first. */
  readonly isOpenEnded: boolean;
  /** What lies behind the last whole line, as it will be once the file ends with a line feed. */
  readonly torn: TornLines['torn'] | undefined;
}

/** A whole line, and behind it what several killed runs left. */
const tailBytes = 16 * maxLineBytes;
/** No log grows so long; beyond 2^53 the next number could not be written, nor be read as one. */
const maxLineNumber = 2 ** 48;

const lineFeed = 0x0a;

/** @throws CustodyError `LOG_INVALID` when the file is not a custody log. */
export async function readLogTail(handle: FileHandle, file: string): Promise<LogTail> {
  const { size } = await handle.stat();
  const start = Math.max(0, size - tailBytes);
  const bytes = Buffer.alloc(size - start);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
  const tail = bytes.subarray(0, bytesRead);
  const isOpenEnded = tail.length > 0 && tail.at(-1) !== lineFeed;
  const lines = splitLines(isOpenEnded ? Buffer.concat([tail, Buffer.of(lineFeed)]) : tail);
  // What stands first began before the part that was read.
  if (start > 0) lines.shift();
  return { ...lastWhole(lines, start === 0, file), isOpenEnded };
}

function lastWhole(
  lines: readonly Buffer[],
  isAll: boolean,
  file: string,
): Omit<LogTail, 'isOpenEnded'> {
  const at = lines.findLastIndex((line) => readEntry(line) !== undefined);
  const last = lines[at];
  const left = lines.slice(at + 1);
  if ((last === undefined && !isAll) || !left.every(looksTorn)) throw notALog(file);
  const entry = last === undefined ? undefined : readEntry(last);
  if (entry !== undefined && entry.line > maxLineNumber) throw notALog(file);
  return {
    line: entry?.line ?? 0,
    hash: last === undefined ? noPrevious : hashLine(last),
    torn: left.length === 0 ? undefined : describeTorn(left),
  };
}

/** @param lines Each with its line feed. */
export function describeTorn(lines: readonly Buffer[]): TornLines['torn'] {
  const bytes = Buffer.concat(lines);
  return { bytes: bytes.length, lines: lines.length, digest: digestOf(bytes) };
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(lineFeed, at) + 1;
    lines.push(bytes.subarray(at, end));
    at = end;
  }
  return lines;
}

function notALog(file: string): CustodyError {
  return new CustodyError(
    'LOG_INVALID',
    `expected a custody log in ${file}, found lines at its end that are none of it`,
    { hint: 'move that file to a safe place and look into it, or name another with --log FILE' },
  );
}
