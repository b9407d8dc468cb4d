/** The custody log as lines to read. Shows what stands there; that it was not changed is what `log verify` proves. */
import { logLines, readEntry } from '@sallyport/bundle';
import { printable, type JsonObject, type JsonValue } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import type { ResultFlags } from './print-result.js';

/** Written while it is read: a log may be longer than memory. */
export async function showLog(
  file: string,
  flags: ResultFlags,
  { stdout, signal }: CliContext,
): Promise<void> {
  for await (const { number, bytes } of logLines(file, { signal })) {
    const fields = readEntry(bytes)?.fields;
    if (flags.json === true) {
      stdout.write(`${JSON.stringify(fields ?? { line: number, event: 'unreadable' })}\n`);
    } else {
      stdout.write(`${printable(describe(number, fields), 4000)}\n`);
    }
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
  'file',
  'bundle',
  'channel',
  'sequence',
  'destination',
  'dryRun',
  'reasons',
  'host',
] as const;

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
