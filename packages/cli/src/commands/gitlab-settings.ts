/** `gitlab settings`: what to set in GitLab, its runners and their nodes, after an import. Connects to nothing. */
import {
  factsDate,
  formatVersion,
  settingsSections,
  settingsText,
  snippetFile,
  versionNotes,
  type ImportedImage,
  type Section,
} from '@sallyport/gitlab';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addInstanceOption, type InstanceFlags } from '../options/instance-option.js';
import { certificates } from '../options/certificates.js';
import { repeatable } from '../options/repeatable.js';
import { addRunnerOptions, refuseLoneArch, type RunnerFlags } from '../options/runner-options.js';
import { settingsImages, type SettingsImagesFlags } from '../options/settings-images.js';
import { addStateOption } from '../options/state-options.js';
import { addTrustOptions } from '../options/trust-options.js';
import { noteAll } from '../output/note-all.js';
import { printResult, type ResultFlags } from '../output/print-result.js';
import { writeFolder } from '../output/write-folder.js';

interface SettingsFlags extends SettingsImagesFlags, InstanceFlags, RunnerFlags, ResultFlags {
  readonly fips?: boolean;
  readonly caFile?: string;
  readonly plainHttp?: readonly string[];
  readonly outputDir?: string;
}

export function gitlabSettingsCommand(context: CliContext): Command {
  const command = new Command('settings')
    .description('write what to set in GitLab, its runners and their nodes after an import')
    .argument('<source...>', 'the receipt of an import; images by name; or a bundle, with --to')
    .option('--to <registry/prefix>', 'where the images of the bundle are, or will be')
    .option('--keep-path', 'with --to: the whole repository path was kept below the prefix')
    .addOption(repeatable('--map <from=to>', 'with --to: a repository path that went elsewhere'));
  return addRunnerOptions(addInstanceOption(addStateOption(addTrustOptions(command))))
    .option('--fips', 'for a GitLab in FIPS mode')
    .option('--ca-file <file>', 'certificates by which nodes shall know the registry (PEM)')
    .addOption(repeatable('--plain-http <host>', 'registry that speaks http'))
    .option('--output-dir <folder>', 'write each part to a file of its own, in a new folder')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport gitlab settings registry.example.com/namespace/dast:6 --gitlab-version 18.5',
    )
    .action(async (names: string[], flags: SettingsFlags, self: Command) => {
      refuseLoneArch(self);
      await writeSettings(await settingsImages(names, flags, context), flags, context);
    });
}

async function writeSettings(
  images: readonly ImportedImage[],
  flags: SettingsFlags,
  context: CliContext,
): Promise<void> {
  const { gitlabVersion: version, fips = false, runnerVersion, runnerArch, outputDir } = flags;
  const sections = settingsSections({
    images,
    version,
    fips,
    runner: runnerVersion === undefined ? undefined : { version: runnerVersion, arch: runnerArch },
    plainHttp: images.some(({ registry }) => flags.plainHttp?.includes(registry)),
    ca: flags.caFile === undefined ? undefined : await certificates(flags.caFile),
  });
  noteAll(versionNotes(version), context);
  const files = filesOf(sections);
  if (outputDir !== undefined) await writeFolder(outputDir, files);
  const gitlab = version === undefined ? null : formatVersion(version);
  printResult(context, flags, {
    json: { gitlab, factsDate, images, sections },
    lines:
      outputDir === undefined
        ? settingsText(sections).split('\n')
        : [`wrote ${files.size} files to ${outputDir}; ${readmeName} says what goes where`],
  });
}

const readmeName = 'README.txt';

function filesOf(sections: readonly Section[]): ReadonlyMap<string, string> {
  const snippets = sections.flatMap((section) => section.snippets);
  return new Map([
    ...snippets.map((snippet) => [snippet.file, snippetFile(snippet)] as const),
    // Comes last: where it is, everything is.
    [readmeName, `${settingsText(sections)}\n`] as const,
  ]);
}
