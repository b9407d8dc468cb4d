/** The custody log as lines to read. Shows what stands there; that it was not changed is what `log verify` proves. */
import { logLines, readEntry } from '@sallyport/bundle';
import { printable, type JsonObject, type JsonValue } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import type { ResultFlags } from './print-result.js';
import { printableJson } from './printable-json.js';

/** Written while it is read: a log may be longer than memory. Only what was begun and not ended is kept. */
export async function showLog(
  file: string,
  flags: ResultFlags,
  { stdout, signal }: CliContext,
): Promise<void> {
  const begun = new Set<JsonValue>();
  for await (const { number, bytes } of logLines(file, { signal })) {
    const fields = readEntry(bytes)?.fields;
    if (fields?.['outcome'] === 'started') begun.add(fields['line'] ?? number);
    begun.delete(fields?.['started'] ?? 0);
    if (flags.json === true) {
      stdout.write(`${printableJson(fields ?? { line: number, event: 'unreadable' })}\n`);
    } else {
      stdout.write(`${printable(describe(number, fields), 4000)}\n`);
    }
  }
  if (flags.json === true) return;
  for (const line of begun) {
    stdout.write(
      `note: what began in line ${text(line)} has no end: it runs still, or was killed\n`,
    );
  }
}

function describe(number: number, fields: JsonObject | undefined): string {
  if (fields === undefined) return `${number}  incomplete, or not an entry`;
  const { time, event, outcome, code } = fields;
  const ended = outcome === 'failure' ? `FAILED ${text(code)}` : text(outcome);
  return [
    `${number}  ${text(time)}  ${text(event)}  ${ended}`,
    ...details.flatMap((name) =>
      fields[name] === undefined ? [] : `${name}: ${text(fields[name])}`,
    ),
  ].join('  ');
}

const details = [
  'message',
  'source',
  'file',
  'bundle',
  'channel',
  'sequence',
  'keys',
  'destination',
  'dryRun',
  'trustFile',
  'key',
  'changes',
  'reasons',
  'receipt',
  'host',
] as const;

function text(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? '');
  return Object.values(value)
    .map(text)
    .join(Array.isArray(value) ? '; ' : ' ');
}
