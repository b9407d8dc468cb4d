/** `gitlab images`: the images that the scan templates of a GitLab version ask for. Connects to nothing. */
import {
  defaultPreset,
  factsDate,
  formatVersion,
  knownFacts,
  runnerHelperImage,
  scannerNames,
  wantedImages,
  type GitlabVersion,
} from '@sallyport/gitlab';
import { Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addGitlabVersionOption } from '../options/gitlab-version.js';
import { addRunnerOptions, refuseLoneArch, type RunnerFlags } from '../options/runner-options.js';
import { noteAll } from '../output/note-all.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface ImagesFlags extends RunnerFlags, ResultFlags {
  readonly version?: GitlabVersion;
  readonly scanner: string;
  readonly fips?: boolean;
}

export function gitlabImagesCommand(context: CliContext): Command {
  return addRunnerOptions(addGitlabVersionOption(new Command('images')))
    .description('list the images that the scan templates of a GitLab version ask for')
    .addOption(
      new Option(
        '--scanner <names>',
        `with commas between them: ${scannerNames(knownFacts).join(', ')}, all`,
      ).default(defaultPreset),
    )
    .option('--fips', 'the variants for a GitLab in FIPS mode')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport gitlab images --version 18.5 --scanner dast,api-security',
    )
    .action((flags: ImagesFlags, command: Command) => {
      refuseLoneArch(command);
      listImages(flags, context);
    });
}

function listImages(flags: ImagesFlags, context: CliContext): void {
  const { version, fips = false, runnerVersion, runnerArch } = flags;
  const request = { version, fips, scanners: flags.scanner.split(',') };
  const { images, notes, assumed } = wantedImages(request);
  const helper =
    runnerVersion === undefined ? [] : [runnerHelperImage(runnerVersion, runnerArch, fips)];
  noteAll(notes, context);
  printResult(context, flags, {
    json: {
      gitlab: version === undefined ? null : formatVersion(version),
      assumed,
      factsDate,
      images,
      runnerHelper: helper[0] ?? null,
      endOfSupport: knownFacts.endOfSupport,
      notes,
    },
    lines: [...images.map(({ reference }) => reference), ...helper],
  });
}
