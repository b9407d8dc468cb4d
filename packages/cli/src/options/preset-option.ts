/** `--preset`: images by a short name, added to those that are named. */
import {
  defaultPreset,
  parsePreset,
  versionNotes,
  wantedImages,
  type GitlabVersion,
  type WantedImages,
} from '@sallyport/gitlab';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { noteAll } from '../output/note-all.js';
import { addFromCiOption, imagesFromCi, type FromCiFlags } from './from-ci.js';
import { addInstanceOption, type InstanceFlags } from './instance-option.js';
import { repeatable } from './repeatable.js';

export interface PresetFlags extends InstanceFlags, FromCiFlags {
  readonly preset?: readonly string[];
}

/** For the help of a command. */
export const defaultImages = namesOf(defaultImagesOf(undefined));

export function addPresetOption(command: Command): Command {
  const withPreset = command.addOption(
    repeatable(
      '--preset <name>',
      'the images that a GitLab asks for: SCANNER[,SCANNER...][@VERSION][-fips], e.g. dast@18.5',
    ),
  );
  return addInstanceOption(addFromCiOption(withPreset));
}

/** @throws GitlabError for a preset that nothing is known of; UsageError for a CI file. */
export async function presetNames(
  names: readonly string[],
  { preset = [], fromCi, gitlabVersion }: PresetFlags,
  context: CliContext,
): Promise<readonly string[]> {
  if (names.length + preset.length === 0 && fromCi === undefined)
    return namesOf(defaultImagesOf(gitlabVersion));
  const presets = preset.map((text) => wantedImages(parsePreset(text)));
  noteAll([...new Set(presets.flatMap(({ notes }) => notes))], context);
  return [
    ...names,
    ...presets.flatMap(namesOf),
    ...(await ciNames(fromCi, gitlabVersion, context)),
  ];
}

async function ciNames(
  file: string | undefined,
  version: GitlabVersion | undefined,
  context: CliContext,
): Promise<readonly string[]> {
  if (file === undefined) return [];
  const { images, notes } = await imagesFromCi(file, { version });
  // What there is to say of the version is said with the warnings.
  const known = versionNotes(version);
  noteAll(
    notes.filter((note) => !known.includes(note)),
    context,
  );
  return images.map(({ reference }) => reference);
}

function defaultImagesOf(version: GitlabVersion | undefined): WantedImages {
  return wantedImages({ ...parsePreset(defaultPreset), version });
}

function namesOf({ images }: WantedImages): readonly string[] {
  return images.map(({ reference }) => reference);
}
