/** What a runner may pull, and when it does: `config.toml` of both executors. */
import { quoted } from './image-name.js';
import type { Section, Snippet } from './section.js';
import type { SettingsRequest } from './settings-request.js';

/** Name of the pull secret in the snippets; sites may choose another. */
export const pullSecret = 'sallyport-pull';

export function runnerSection({ images }: SettingsRequest): Section {
  const patterns = [...new Set(images.map(patternOf))];
  return {
    id: 'runner',
    title: 'Runners: pull again at each job, and may pull from here',
    notes: [
      'with if-not-present a job keeps the copy of the last import, and a job without the right to pull gets an image that another one has pulled',
      'the Kubernetes executor without pull_policy takes what the cluster does: a tag such as 6 is not pulled again on a node that has it',
      'a runner that has no allowed_images takes every image: leave the line out there; where it has some, add these',
    ],
    snippets: [runner('docker', patterns), runner('kubernetes', patterns)],
  };
}

function runner(executor: 'docker' | 'kubernetes', patterns: readonly string[]): Snippet {
  return {
    file: `runner-${executor}.toml`,
    syntax: 'toml',
    where: `config.toml of a runner with the ${executor} executor`,
    text: [
      '[[runners]]',
      `  [runners.${executor}]`,
      '    pull_policy = ["always"]',
      '    allowed_pull_policies = ["always"]',
      `    allowed_images = [${patterns.map(quoted).join(', ')}]`,
      ...(executor === 'kubernetes' ? [`    image_pull_secrets = [${quoted(pullSecret)}]`] : []),
    ].join('\n'),
  };
}

// A star stops at a slash, so each folder has its own; what stands behind the colon is a tag or a digest.
function patternOf({ registry, repository }: SettingsRequest['images'][number]): string {
  const slash = repository.lastIndexOf('/');
  return `${registry}/${slash === -1 ? '' : repository.slice(0, slash + 1)}*:*`;
}
