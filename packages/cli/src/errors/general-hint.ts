/** What to do about an error of this kind when the place that threw it knows nothing better. */
import { exitCodes, type ExitCode } from './exit-codes.js';

export function generalHint(code: ExitCode): string {
  return generalHints[code];
}

const generalHints: Readonly<Record<ExitCode, string>> = {
  [exitCodes.done]: 'nothing is left to do',
  [exitCodes.bug]: 'report this with the command that you ran',
  [exitCodes.usage]: 'correct the command line; every command explains itself with --help',
  [exitCodes.nothingToDo]: 'nothing is left to do',
  [exitCodes.mayPass]: 'run the same command again; what arrived is not sent again',
  [exitCodes.rateLimited]: 'wait as long as the registry asks, or log in for a higher limit',
  [exitCodes.integrity]:
    'do not use it; get it again from where it came, and tell who made it if that repeats',
  [exitCodes.trust]: 'do not use it; ask the connected side, by another way, which key has signed',
  [exitCodes.unauthorized]: "log in to the registry, or correct Docker's config.json",
  [exitCodes.refused]: "ask the registry's administrator for the right to do this",
  [exitCodes.notFound]: 'check the name for typing errors',
  [exitCodes.disk]: 'check that the disk has space and that you may read and write there',
  [exitCodes.interrupted]: 'run the same command again',
  [exitCodes.terminated]: 'run the same command again',
};
