/**
 * Proves that the lines of a custody log are those that were written, in their order.
 *
 * A chain of hashes cannot notice that its end is missing, or that the very
 * last line was replaced: that takes the hash of a line, noted elsewhere.
 */
import type { CallOptions } from 'oras-js';
import {
  hashLine,
  looksTorn,
  noPrevious,
  readEntry,
  tornOf,
  type ReadEntry,
} from './custody-entry.js';
import { logLines, type LogLine } from './log-lines.js';
import { describeTorn } from './log-tail.js';

export interface LogProblem {
  /** Where it was noticed, counted from 1. */
  readonly line: number;
  readonly text: string;
}

export interface LogVerification {
  readonly lines: number;
  /** Hash of the last whole line; undefined in an empty log. */
  readonly last: string | undefined;
  /** Empty when the log is what was written. At most 100 are told. */
  readonly problems: readonly LogProblem[];
  /** What a person should know though it breaks nothing, one sentence each. */
  readonly notes: readonly string[];
  /** The line that has the hash which was asked for. */
  readonly knownLine: number | undefined;
}

export interface VerifyLogOptions extends CallOptions {
  /** Hash of a line that was in the log once: 64 hex digits. */
  readonly last?: string | undefined;
}

const maxProblems = 100;

/** @throws CustodyError `LOG_UNREADABLE` or `LOG_INVALID`. What is wrong with the chain is in the result. */
export async function verifyCustodyLog(
  file: string,
  { last, ...options }: VerifyLogOptions = {},
): Promise<LogVerification> {
  const chain = new Chain(last);
  for await (const line of logLines(file, options)) chain.take(line);
  return chain.end();
}

class Chain {
  private readonly problems: LogProblem[] = [];
  private readonly notes: string[] = [];
  private readonly wanted: string | undefined;
  private hash = noPrevious;
  private expected = 1;
  private lines = 0;
  private knownLine: number | undefined;
  /** Lines that are no entries, until the next entry explains them or does not. */
  private strange: LogLine[] = [];

  constructor(wanted: string | undefined) {
    this.wanted = wanted;
  }

  take(line: LogLine): void {
    this.lines = line.number;
    const entry = readEntry(line.bytes);
    if (entry === undefined) {
      this.strange.push(line);
      return;
    }
    const isKnownGap = this.closeGap(entry);
    this.checkNumber(line, entry);
    if (isKnownGap && entry.line === this.expected && entry.previous !== this.hash) {
      this.report(line.number, this.brokenText(line.number));
    }
    this.expected = entry.line + 1;
    this.hash = hashLine(line.bytes);
    if (this.hash === this.wanted) this.knownLine = line.number;
    if (!line.isEnded) this.notes.push(`line ${line.number} is whole but for its line feed`);
  }

  end(): LogVerification {
    const { problems, notes, wanted, knownLine } = this;
    const last = this.strange.at(-1);
    if (last !== undefined && this.strange.every(({ bytes }) => looksTorn(bytes))) {
      notes.push(
        `line ${last.number} is incomplete: a run was ended while it wrote it; the next run will say so in the log`,
      );
    } else this.reportStrange();
    if (wanted !== undefined && knownLine === undefined) {
      this.report(
        this.lines,
        `no line has the hash ${wanted}: lines were cut off the end, or changed`,
      );
    }
    const hash = this.hash === noPrevious ? undefined : this.hash;
    return { lines: this.lines, last: hash, problems, notes, knownLine };
  }

  /** @returns False when lines before this one are no entries and nothing explains them. */
  private closeGap(entry: ReadEntry): boolean {
    if (this.strange.length === 0) return true;
    const told = tornOf(entry);
    const found = describeTorn(this.strange.map(({ bytes }) => bytes));
    const isTold = told?.digest === found.digest && told.bytes === found.bytes;
    if (isTold) {
      const [first] = this.strange;
      this.notes.push(
        `line ${first?.number ?? 0} is incomplete: a run was ended while it wrote it, as line ${entry.line} tells`,
      );
    } else this.reportStrange();
    this.expected += this.strange.length;
    this.strange = [];
    return isTold;
  }

  private checkNumber({ number }: LogLine, { line }: ReadEntry): void {
    const { expected } = this;
    if (line === expected) return;
    this.report(
      number,
      line > expected
        ? `${line - expected} line(s) are missing before it: expected number ${expected}, found ${line}`
        : `it is not in its place: expected number ${expected}, found ${line}`,
    );
  }

  private brokenText(line: number): string {
    return line === 1
      ? 'it does not begin a log: it was changed'
      : `it does not continue line ${line - 1}: line ${line - 1} or this one was changed`;
  }

  private reportStrange(): void {
    for (const { number } of this.strange) this.report(number, 'it is no entry of a custody log');
  }

  private report(line: number, text: string): void {
    if (this.problems.length < maxProblems) this.problems.push({ line, text });
  }
}
