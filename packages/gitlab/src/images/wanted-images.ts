/**
 * Which images the scan templates of a GitLab ask for. Nothing is asked of a GitLab or a registry.
 *
 * Images at their end of support are named in a note and never listed. For a
 * version that is newer than what is known, the newest known answer is given
 * and said to be an assumption.
 */
import { GitlabError } from '../gitlab-error.js';
import type { GitlabFacts, ImageFacts, TagFact } from '../facts/gitlab-facts.js';
import { compareVersions, formatVersion, type GitlabVersion } from '../facts/gitlab-version.js';
import { factsDate, knownFacts } from '../facts/known-facts.js';
import { chosenImages } from './scanners.js';

export interface ImageRequest {
  /** Default: the newest that is known. */
  readonly version?: GitlabVersion | undefined;
  /** Names of scanners, or `all`. */
  readonly scanners: readonly string[];
  /** The variants for FIPS mode. Default false. */
  readonly fips?: boolean | undefined;
}

export interface WantedImage {
  readonly name: string;
  /** The whole name, as it is exported. */
  readonly reference: string;
  readonly tag: string;
  readonly scanners: readonly string[];
  /** The variable that moves this image to another registry. */
  readonly variable: string;
  readonly source: string;
  readonly date: string;
}

export interface WantedImages {
  readonly images: readonly WantedImage[];
  /** What a person should know, one sentence each. */
  readonly notes: readonly string[];
  /** True when the version is newer than what is known. */
  readonly assumed: boolean;
}

export const prefixVariable = 'SECURE_ANALYZERS_PREFIX';

/** @throws GitlabError `GITLAB_SCANNER_UNKNOWN` or `GITLAB_VERSION_TOO_OLD`. */
export function wantedImages(request: ImageRequest, facts: GitlabFacts = knownFacts): WantedImages {
  const { version, scanners, fips = false } = request;
  const chosen = chosenImages(scanners, facts);
  const found = chosen.flatMap((image) => {
    const tag = tagFor(image, version);
    return tag === undefined ? [] : [{ image, tag }];
  });
  if (found.length === 0 && version !== undefined) throw tooOld(version, scanners, chosen);
  const missing = chosen.filter((image) => !found.some((each) => each.image === image));
  return {
    assumed: isNewer(version, facts),
    images: found.map(({ image, tag }) => wanted(image, tag, fips, facts)),
    notes: [
      ...versionNotes(version, facts),
      ...missing.map(({ name, tags }) => `left out ${name}: known only ${since(tags)}`),
      ...found.flatMap(({ image, tag }) => imageNotes(image, tag, fips)),
      ...(scanners.includes('all') ? retiredNotes(facts) : []),
    ],
  };
}

function tagFor({ tags }: ImageFacts, version: GitlabVersion | undefined): TagFact | undefined {
  return tags.findLast(({ from }) => version === undefined || compareVersions(from, version) <= 0);
}

/** What the templates of that version ask for; undefined where nothing is known for it. */
export function wantedTag(
  image: ImageFacts,
  version: GitlabVersion | undefined,
  fips: boolean,
): string | undefined {
  const tag = tagFor(image, version);
  return tag === undefined ? undefined : fullTagOf(image, tag, fips);
}

function fullTagOf({ fips: variant }: ImageFacts, { tag }: TagFact, fips: boolean): string {
  return tag + (fips ? (variant?.suffix ?? '') : '');
}

function wanted(image: ImageFacts, tag: TagFact, fips: boolean, facts: GitlabFacts): WantedImage {
  const { name, scanners } = image;
  const fullTag = fullTagOf(image, tag, fips);
  return {
    name,
    reference: `${facts.registry}/${facts.namespace}/${name}:${fullTag}`,
    tag: fullTag,
    scanners,
    variable: image.ignoresPrefix?.variable ?? prefixVariable,
    source: tag.source,
    date: tag.date,
  };
}

function isNewer(version: GitlabVersion | undefined, { newestMajor }: GitlabFacts): boolean {
  return version !== undefined && version.major > newestMajor.major;
}

/** About the version itself: newer than what is known, or of a major whose images are not rebuilt. */
export function versionNotes(
  version: GitlabVersion | undefined,
  facts: GitlabFacts = knownFacts,
): readonly string[] {
  const { newestMajor, rebuilt } = facts;
  if (version === undefined) return [];
  if (isNewer(version, facts)) {
    return [
      `GitLab ${formatVersion(version)} is newer than what is known here, which ends with GitLab ${newestMajor.major} and was last checked on ${factsDate}; ` +
        'assumed that it asks for the same tags: look into the scan template of your instance',
    ];
  }
  return version.major < newestMajor.major ? [rebuilt.text] : [];
}

function imageNotes(image: ImageFacts, tag: TagFact, fips: boolean): readonly string[] {
  const { name, ignoresPrefix } = image;
  const isNewest = tag === image.tags.at(-1);
  return [
    ...(ignoresPrefix === undefined
      ? []
      : [`${name} ignores ${prefixVariable}: set ${ignoresPrefix.variable} for it`]),
    ...(fips && image.fips === undefined ? [`no FIPS variant of ${name} is known`] : []),
    // What is noted of an image is about its newest tag.
    ...(isNewest ? image.notes.map(({ text }) => text) : []),
  ];
}

function retiredNotes({ endOfSupport }: GitlabFacts): readonly string[] {
  const names = endOfSupport.map(({ name }) => name).join(', ');
  return [`left out, because they are at their end of support: ${names}`];
}

function tooOld(
  version: GitlabVersion,
  scanners: readonly string[],
  images: readonly ImageFacts[],
): GitlabError {
  const [oldest] = images
    .flatMap(({ tags }) => tags.slice(0, 1))
    .sort((a, b) => compareVersions(a.from, b.from));
  const from = oldest === undefined ? '' : formatVersion(oldest.from);
  return new GitlabError(
    'GITLAB_VERSION_TOO_OLD',
    `expected GitLab ${from} or newer for ${scanners.join(', ')}, found ${formatVersion(version)}`,
    { hint: 'name the images yourself, as the scan templates of your instance do' },
  );
}

function since(tags: readonly TagFact[]): string {
  const [first] = tags;
  return first === undefined ? '' : `since GitLab ${formatVersion(first.from)}`;
}
