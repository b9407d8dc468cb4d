/**
 * One line of the custody log: what a run did, and the hash of the line before it.
 *
 * The hash is over the line's bytes with its line feed, so that
 * `sed -n 3p log.jsonl | sha256sum` gives what line 4 has to hold.
 */
import { createHash } from 'node:crypto';
import {
  integerAt,
  isDigest,
  JsonError,
  objectAt,
  parseStrictJson,
  printable,
  stringAt,
  type Digest,
  type JsonObject,
} from 'oras-js';

export type CustodyEvent =
  | 'export'
  | 'seal'
  | 'verify'
  | 'import'
  | 'flatten'
  | 'trust add'
  | 'trust revoke'
  | 'trust remove'
  | 'trust set'
  | 'state reset';

/** What a run says about itself. Texts are made printable and cut when they are written. */
export interface CustodyFacts {
  /** `YYYY-MM-DDTHH:MM:SSZ`, when the run ended; with `started`, when that was. */
  readonly time: string;
  readonly event: CustodyEvent;
  readonly tool: string;
  readonly host: string;
  /** `started` is the line of a run that another line ends; without that one, it was killed. */
  readonly outcome: 'started' | 'success' | 'failure';
  /** Number of the line in which this run said that it started. */
  readonly started?: number;
  /** The error code, with `failure` only. */
  readonly code?: string;
  readonly message?: string;
  /** Of the bundle: the file as it was named. */
  readonly file?: string;
  /** The archive that was sealed. */
  readonly source?: string;
  readonly bundle?: Digest;
  readonly channel?: string;
  readonly sequence?: number;
  /** Fingerprints of the keys that signed: 64 hex digits each. */
  readonly keys?: readonly string[];
  readonly destination?: string;
  /** An import that was asked to write nothing. */
  readonly dryRun?: true;
  /** The trust file that was changed. */
  readonly trustFile?: string;
  /** The trusted key that was added, changed, revoked or removed; its fingerprint where it is known. */
  readonly key?: { readonly name: string; readonly fingerprint?: string };
  /** What a trust file or a state says otherwise now, one text each. */
  readonly changes?: readonly string[];
  /** Why it was done, or why a refusal was overridden, in the words of whoever did it. */
  readonly reasons?: readonly string[];
  /** Digest of the receipt that was written. */
  readonly receipt?: Digest;
}

/** Remains of a line whose writer was killed, told by the run that found them. */
export interface TornLines {
  readonly event: 'torn';
  readonly time: string;
  readonly torn: {
    /** Together, line feeds included. */
    readonly bytes: number;
    readonly lines: number;
    /** Of those bytes. */
    readonly digest: Digest;
  };
}

export interface ReadEntry {
  readonly line: number;
  /** 64 hex digits. */
  readonly previous: string;
  readonly fields: JsonObject;
}

/** What the first line holds in place of a hash. */
export const noPrevious = '0'.repeat(64);

/** A line with all its texts at their longest has a quarter of this. */
export const maxLineBytes = 64 * 1024;

const maxTextLength = 1000;
/** What every line begins with; so does what is left of one that was not finished. */
const lineStart = '{"line":';

/** @returns The bytes of the line, its line feed included. */
export function encodeEntry(
  line: number,
  previous: string,
  facts: CustodyFacts | TornLines,
): Buffer {
  const text = JSON.stringify({ line, previous, ...facts }, (_key, value: unknown) =>
    typeof value === 'string' ? printable(value, maxTextLength) : value,
  );
  return Buffer.from(`${text}\n`);
}

/** @returns Undefined for a line that is no entry. */
export function readEntry(line: Buffer): ReadEntry | undefined {
  try {
    const fields = objectAt(parseStrictJson(line, { maxDepth: 4 }), 'the line');
    const previous = stringAt(fields['previous'], 'previous');
    for (const name of ['event', 'time']) stringAt(fields[name], name);
    if (!/^[a-f0-9]{64}$/.test(previous)) return undefined;
    return { line: integerAt(fields['line'], 'line'), previous, fields };
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

/** @returns Undefined when the entry does not tell of torn lines. */
export function tornOf({ fields }: ReadEntry): TornLines['torn'] | undefined {
  const { event, torn } = fields;
  if (event !== 'torn' || typeof torn !== 'object' || torn === null) return undefined;
  const { bytes, lines, digest } = torn as JsonObject;
  if (typeof bytes !== 'number' || typeof lines !== 'number') return undefined;
  return typeof digest === 'string' && isDigest(digest) ? { bytes, lines, digest } : undefined;
}

/** Whether the bytes can be what a killed writer, or a power cut, left of a line. */
export function looksTorn(bytes: Buffer): boolean {
  // Some file systems show zeros where the bytes did not reach the disk.
  const start = bytes.toString('latin1', 0, lineStart.length).replace(/[\0\n]/g, '');
  return lineStart.startsWith(start);
}

export function hashLine(line: Buffer): string {
  return createHash('sha256').update(line).digest('hex');
}
