/** The image that a runner needs beside every job, in its own version. */
import { runnerHelperImage } from '../images/runner-helper.js';
import { byTag, quoted } from './image-name.js';
import type { Section } from './section.js';
import type { SettingsRequest } from './settings-request.js';

export function helperSection({ images, runner, fips = false }: SettingsRequest): Section {
  const base = { id: 'helper-image', title: 'The helper image of the runner' } as const;
  const upgrade =
    'its tag is the version of the runner: carry the next one over before a runner is upgraded';
  if (runner === undefined) {
    return {
      ...base,
      notes: [`every job needs it too; give --runner-version to have it named. ${upgrade}`],
      snippets: [],
    };
  }
  const needed = runnerHelperImage(runner.version, runner.arch, fips);
  const tag = needed.slice(needed.lastIndexOf(':') + 1);
  const there = images.find(
    ({ repository, tags }) => repository.endsWith('gitlab-runner-helper') && tags.includes(tag),
  );
  if (there === undefined) {
    return {
      ...base,
      notes: [
        `this runner needs ${needed}, and it is not among these images: carry it too`,
        upgrade,
      ],
      snippets: [],
    };
  }
  return {
    ...base,
    notes: [upgrade],
    snippets: (['docker', 'kubernetes'] as const).map((executor) => ({
      file: `helper-image-${executor}.toml`,
      syntax: 'toml',
      where: `config.toml of a runner with the ${executor} executor`,
      text: [
        '[[runners]]',
        `  [runners.${executor}]`,
        `    helper_image = ${quoted(byTag(there, tag))}`,
      ].join('\n'),
    })),
  };
}
