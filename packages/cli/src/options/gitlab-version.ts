/** The version of the GitLab that is meant. */
import { parseGitlabVersion } from '@sallyport/gitlab';
import type { Command } from 'commander';
import { FlagOnly } from './flag-only.js';

export function addGitlabVersionOption(command: Command): Command {
  // A variable of the name that follows from the flag would be taken for the version of this program.
  return command.addOption(
    new FlagOnly(
      '--version <version>',
      'version of your GitLab, e.g. 18.5 (default: the newest that is known)',
    ).argParser(parseGitlabVersion),
  );
}
