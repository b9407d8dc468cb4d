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
import { addFromCiOption, imagesFromCi, type FromCiFlags } from '../options/from-ci.js';
import { addGitlabVersionOption } from '../options/gitlab-version.js';
import { addRunnerOptions, refuseLoneArch, type RunnerFlags } from '../options/runner-options.js';
import { noteAll } from '../output/note-all.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface ImagesFlags extends RunnerFlags, FromCiFlags, ResultFlags {
  readonly version?: GitlabVersion;
  readonly scanner: string;
  readonly fips?: boolean;
}

export function gitlabImagesCommand(context: CliContext): Command {
  return addRunnerOptions(addFromCiOption(addGitlabVersionOption(new Command('images'))))
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
      '\nExample:\n  sallyport gitlab images --version 18.5 --scanner dast,api-security\n  sallyport gitlab images --version 18.5 --from-ci .gitlab-ci.yml',
    )
    .action(async (flags: ImagesFlags, command: Command) => {
      refuseLoneArch(command);
      if (flags.fromCi === undefined) listImages(flags, context);
      else await listPipelineImages(flags.fromCi, flags, command, context);
    });
}

function listImages(flags: ImagesFlags, context: CliContext): void {
  const { version, fips = false } = flags;
  const request = { version, fips, scanners: flags.scanner.split(',') };
  const { images, notes, assumed } = wantedImages(request);
  const json = { assumed, images, endOfSupport: knownFacts.endOfSupport };
  printImages({ json, images, notes }, flags, context);
}

async function listPipelineImages(
  file: string,
  flags: ImagesFlags,
  command: Command,
  context: CliContext,
): Promise<void> {
  if (command.getOptionValueSource('scanner') !== 'default') {
    throw new UsageError('expected --scanner or --from-ci, found both', {
      hint: 'the CI file says itself which scanners it runs',
    });
  }
  const { images, templates, notes } = await imagesFromCi(file, flags);
  printImages({ json: { images, templates }, images, notes }, flags, context);
}

interface Listed {
  readonly json: object;
  readonly images: readonly { readonly reference: string }[];
  readonly notes: readonly string[];
}

function printImages(
  { json, images, notes }: Listed,
  flags: ImagesFlags,
  context: CliContext,
): void {
  const { version, fips = false, runnerVersion, runnerArch } = flags;
  const helper =
    runnerVersion === undefined ? [] : [runnerHelperImage(runnerVersion, runnerArch, fips)];
  noteAll(notes, context);
  const gitlab = version === undefined ? null : formatVersion(version);
  printResult(context, flags, {
    json: { gitlab, factsDate, ...json, runnerHelper: helper[0] ?? null, notes },
    lines: [...images.map(({ reference }) => reference), ...helper],
  });
}
