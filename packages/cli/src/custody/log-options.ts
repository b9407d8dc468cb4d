/** Where the custody log is: `--log`, `SALLYPORT_LOG`, or the place where programs keep their state. */
import type { Command } from 'commander';
import { isAbsolute, join } from 'node:path';
import type { CliContext } from '../cli-context.js';

export interface LogFlags {
  readonly log?: string;
}

export function addLogOption(command: Command): Command {
  return command.option(
    '--log <file>',
    'custody log; default: sallyport/log.jsonl in XDG_STATE_HOME or ~/.local/state',
  );
}

/** @see https://specifications.freedesktop.org/basedir-spec/0.8/ */
export function logFile(
  { log }: LogFlags,
  { env, homeDirectory }: Pick<CliContext, 'env' | 'homeDirectory'>,
): string {
  if (log !== undefined) return log;
  const state = env['XDG_STATE_HOME'] ?? '';
  // The specification has relative paths ignored.
  const folder = isAbsolute(state) ? state : join(homeDirectory, '.local', 'state');
  return join(folder, 'sallyport', 'log.jsonl');
}
