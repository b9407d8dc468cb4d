/** `--preset`: images by a short name, added to those that are named. */
import {
  defaultPreset,
  parsePreset,
  wantedImages,
  type GitlabVersion,
  type WantedImages,
} from '@sallyport/gitlab';
import type { Command } from 'commander';
import { parseReference } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { noteAll } from '../output/note-all.js';
import { addInstanceOption, warnOfInstance, type InstanceFlags } from './instance-option.js';
import { repeatable } from './repeatable.js';

export interface PresetFlags extends InstanceFlags {
  readonly preset?: readonly string[];
}

/** For the help of a command. */
export const defaultImages = namesOf(defaultImagesOf(undefined));

export function addPresetOption(command: Command): Command {
  return addInstanceOption(
    command.addOption(
      repeatable(
        '--preset <name>',
        'the images that a GitLab asks for: SCANNER[,SCANNER...][@VERSION][-fips], e.g. dast@18.5',
      ),
    ),
  );
}

/**
 * Warns, before anything is downloaded, of what the GitLab behind the gap will not ask for.
 *
 * @throws GitlabError for a preset that nothing is known of; ContentError `REFERENCE_INVALID`.
 */
export function presetNames(
  names: readonly string[],
  flags: PresetFlags,
  context: CliContext,
): readonly string[] {
  const chosen = chosenNames(names, flags, context);
  const carried = chosen.map((name) => {
    const { repository, tag } = parseReference(name);
    return { repository, tags: tag === undefined ? [] : [tag] };
  });
  warnOfInstance(carried, flags, context);
  return chosen;
}

function chosenNames(
  names: readonly string[],
  { preset = [], gitlabVersion }: PresetFlags,
  context: CliContext,
): readonly string[] {
  if (names.length === 0 && preset.length === 0) return namesOf(defaultImagesOf(gitlabVersion));
  const presets = preset.map((text) => wantedImages(parsePreset(text)));
  noteAll([...new Set(presets.flatMap(({ notes }) => notes))], context);
  return [...names, ...presets.flatMap(namesOf)];
}

function defaultImagesOf(version: GitlabVersion | undefined): WantedImages {
  return wantedImages({ ...parsePreset(defaultPreset), version });
}

function namesOf({ images }: WantedImages): readonly string[] {
  return images.map(({ reference }) => reference);
}
