/** What commander says about a command line, in the form that every other error has. */
import type { Command, CommanderError } from 'commander';
import { UsageError } from './usage-error.js';

/** @param command The one whose help tells more. */
export function commandLineError({ message }: CommanderError, command: Command): UsageError {
  const [what = '', ...suggestions] = message.replace(/^error: /, '').split('\n');
  const guess = suggestions.map((line) => `${line.replace(/^\((.*)\)$/, '$1')} `).join('');
  return new UsageError(what, { hint: `${guess}see ${fullName(command)} --help` });
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
