/** Results go to standard output: lines for people, or one JSON document for programs. */
import { printable } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { printableJson } from './printable-json.js';

export interface ResultFlags {
  readonly json?: boolean;
}

export function printResult(
  { stdout }: CliContext,
  flags: ResultFlags,
  result: { readonly json: object; readonly lines: readonly string[] },
): void {
  const text =
    flags.json === true
      ? printableJson(result.json, 2)
      : // Names in a bundle are somebody else's text.
        result.lines.map((line) => printable(line, 4000)).join('\n');
  stdout.write(`${text}\n`);
}
