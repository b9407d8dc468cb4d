/**
 * JSON that a terminal can show: the same value, with every character as an
 * escape that could move the cursor, colour a lie or reorder what is read.
 */
import { printable } from 'oras-js';

/** @param indent Spaces a level; without it all stands in one line. */
export function printableJson(value: object, indent?: number): string {
  // JSON escapes only what it must itself. Its line breaks are all between values.
  return JSON.stringify(value, null, indent)
    .split('\n')
    .map((line) => printable(line, Number.MAX_SAFE_INTEGER))
    .join('\n');
}
