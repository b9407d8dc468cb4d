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
import { UsageError } from '../errors/usage-error.js';
import { addGitlabVersionOption } from '../options/gitlab-version.js';
import { noteAll } from '../output/note-all.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface ImagesFlags extends ResultFlags {
  readonly version?: GitlabVersion;
  readonly scanner: string;
  readonly fips?: boolean;
  readonly runnerVersion?: string;
  readonly runnerArch: string;
}

export function gitlabImagesCommand(context: CliContext): Command {
  return addGitlabVersionOption(new Command('images'))
    .description('list the images that the scan templates of a GitLab version ask for')
    .addOption(
      new Option(
        '--scanner <names>',
        `with commas between them: ${scannerNames(knownFacts).join(', ')}, all`,
      ).default(defaultPreset),
    )
    .option('--fips', 'the variants for a GitLab in FIPS mode')
    .option('--runner-version <version>', 'add the helper image of this GitLab runner, e.g. 18.5.0')
    .option('--runner-arch <name>', 'architecture of that runner', 'x86_64')
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

function refuseLoneArch(command: Command): void {
  if (command.getOptionValueSource('runnerArch') === 'default') return;
  if (command.getOptionValue('runnerVersion') !== undefined) return;
  throw new UsageError('expected --runner-version beside --runner-arch, found it without', {
    hint: 'name the version of the runner: --runner-version 18.5.0',
  });
}
