/** What a person should know though it stopped nothing, one line each. */
import { printable } from 'oras-js';
import type { CliContext } from '../cli-context.js';

export function noteAll(notes: readonly string[], { stderr }: Pick<CliContext, 'stderr'>): void {
  for (const note of notes) stderr.write(`note: ${printable(note, 2000)}\n`);
}
