/** `--gitlab-version`: the GitLab behind the gap, which will ask for what is carried. Nothing is asked of it. */
import {
  carriedWarnings,
  parseGitlabVersion,
  versionNotes,
  type CarriedImage,
  type GitlabVersion,
} from '@sallyport/gitlab';
import { Option, type Command } from 'commander';
import { printable } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { noteAll } from '../output/note-all.js';

export interface InstanceFlags {
  readonly gitlabVersion?: GitlabVersion;
}

export function addInstanceOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--gitlab-version <version>',
      'version of the GitLab behind the gap, e.g. 18.5; warns when it asks for other images',
    ).argParser(parseGitlabVersion),
  );
}

/** Warns on standard error; stops nothing. */
export function warnOfInstance(
  images: readonly CarriedImage[],
  { gitlabVersion }: InstanceFlags,
  context: CliContext,
): void {
  if (gitlabVersion === undefined) return;
  noteAll(versionNotes(gitlabVersion), context);
  for (const warning of carriedWarnings(images, gitlabVersion))
    context.stderr.write(`warning: ${printable(warning, 2000)}\n`);
}
