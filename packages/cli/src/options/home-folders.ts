/** Where the program keeps what is its own: below the home folder, or where the desktop's variables say. */
import { isAbsolute, join } from 'node:path';
import type { CliContext } from '../cli-context.js';

/** @see https://specifications.freedesktop.org/basedir-spec/0.8/ a relative path in these variables is ignored. */
export function configFolder({ env, homeDirectory }: CliContext): string {
  return below(env['XDG_CONFIG_HOME'], join(homeDirectory, '.config'));
}

export function stateHome({ env, homeDirectory }: CliContext): string {
  return below(env['XDG_STATE_HOME'], join(homeDirectory, '.local', 'state'));
}

function below(variable: string | undefined, otherwise: string): string {
  const folder = variable !== undefined && isAbsolute(variable) ? variable : otherwise;
  return join(folder, 'sallyport');
}
