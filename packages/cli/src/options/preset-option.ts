/** `--preset`: images by a short name, added to those that are named. */
import { defaultPreset, parsePreset, wantedImages } from '@sallyport/gitlab';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { noteAll } from '../output/note-all.js';
import { repeatable } from './repeatable.js';

export interface PresetFlags {
  readonly preset?: readonly string[];
}

/** For the help of a command. */
export const defaultImages = imagesOf(defaultPreset).images.map(({ reference }) => reference);

export function addPresetOption(command: Command): Command {
  return command.addOption(
    repeatable(
      '--preset <name>',
      'the images that a GitLab asks for: SCANNER[,SCANNER...][@VERSION][-fips], e.g. dast@18.5',
    ),
  );
}

/** @throws GitlabError for a preset that nothing is known of. */
export function presetNames(
  names: readonly string[],
  { preset = [] }: PresetFlags,
  context: CliContext,
): readonly string[] {
  if (names.length === 0 && preset.length === 0) return defaultImages;
  const presets = preset.map(imagesOf);
  noteAll([...new Set(presets.flatMap(({ notes }) => notes))], context);
  return [...names, ...presets.flatMap(({ images }) => images.map(({ reference }) => reference))];
}

function imagesOf(preset: string) {
  return wantedImages(parsePreset(preset));
}
