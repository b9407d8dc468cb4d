/** Whether what is carried over is what the GitLab behind the gap will ask for, said while there is time. */
import type { GitlabFacts } from '../facts/gitlab-facts.js';
import { formatVersion, type GitlabVersion } from '../facts/gitlab-version.js';
import { knownFacts } from '../facts/known-facts.js';
import { knownImage, useOf, versionVariable } from '../settings/analyzer.js';
import { wantedTag } from './wanted-images.js';

export interface CarriedImage {
  readonly repository: string;
  readonly tags: readonly string[];
}

/** One sentence for each analyzer whose tag the templates of that version will not ask for. */
export function carriedWarnings(
  images: readonly CarriedImage[],
  version: GitlabVersion,
  facts: GitlabFacts = knownFacts,
): readonly string[] {
  return images.flatMap(({ repository, tags }) => {
    const image = knownImage(repository, facts);
    // A name without a tag is for jobs that name the digest.
    if (image === undefined || tags.length === 0) return [];
    const wanted = wantedTag(image, version, false);
    const gitlab = `GitLab ${formatVersion(version)}`;
    if (wanted === undefined) {
      return [
        `nothing is known here of what ${gitlab} asks for of ${image.name}: look into the scan template of that instance`,
      ];
    }
    if (tags.includes(wanted) || tags.includes(wantedTag(image, version, true) ?? '')) return [];
    return [
      `what is carried is ${image.name}:${tags.join(', ')}, and ${gitlab} asks for ${image.name}:${wanted}; ${advice(image.name, wanted, tags, facts)}`,
    ];
  });
}

function advice(
  name: string,
  wanted: string,
  [tag = '']: readonly string[],
  facts: GitlabFacts,
): string {
  const exported = `export ${facts.registry}/${facts.namespace}/${name}:${wanted}`;
  const job = useOf(name, facts)?.job;
  const variable = job === undefined ? undefined : versionVariable(job);
  if (job === undefined || variable === undefined) return exported;
  return `${exported}, or set ${variable} to "${tag}" for the job ${job.name} there`;
}
