/**
 * Which other tags may name the same image: GitLab moves `latest`, the major, the minor and the
 * full version of an analyzer together, and its templates ask for one of them.
 *
 * Nothing is asked of a registry here: whoever asks keeps those that have the same digest.
 */
import type { GitlabFacts, ImageFacts } from '../facts/gitlab-facts.js';
import { knownFacts } from '../facts/known-facts.js';
import { knownImage } from '../settings/analyzer.js';

export interface SiblingTags {
  /** What is worth asking for though nobody listed it, the newest first. */
  readonly known: readonly string[];
  /** Whether a tag that was listed is worth asking for. */
  readonly isSibling: (tag: string) => boolean;
}

/** Undefined for an image that is no analyzer. @param tag What was asked for; undefined for a digest. */
export function analyzerTags(
  repository: string,
  tag: string | undefined,
  facts: GitlabFacts = knownFacts,
): SiblingTags | undefined {
  const image = knownImage(repository, facts);
  return image === undefined ? undefined : siblingTags(tag, image);
}

/** Of any image: its versions are taken to be written as GitLab writes them. */
export function siblingTags(tag: string | undefined, image?: ImageFacts): SiblingTags {
  const asked = tag === undefined ? undefined : versionOf(tag);
  const suffixes = suffixesFor(asked?.suffix ?? '', image);
  const isSibling = (other: string): boolean => {
    const version = versionOf(other);
    if (version === undefined || other === tag || !suffixes.includes(version.suffix)) return false;
    return agree(version.numbers, asked?.numbers ?? []);
  };
  const bare =
    image === undefined ? [] : ['latest', ...image.tags.map((each) => each.tag).reverse()];
  const known = suffixes.flatMap((suffix) => bare.map((each) => `${each}${suffix}`));
  return { known: known.filter(isSibling), isSibling };
}

interface Version {
  /** None for `latest`. */
  readonly numbers: readonly string[];
  /** `-fips`, or empty. */
  readonly suffix: string;
}

// Longer numbers are days and builds, which name no release.
const versionForm = /^(?:latest|v?(\d{1,3}(?:\.\d{1,5}){0,2}))(-[A-Za-z0-9.]{1,20})?$/;

function versionOf(tag: string): Version | undefined {
  const found = versionForm.exec(tag);
  if (found === null) return undefined;
  return { numbers: found[1]?.split('.') ?? [], suffix: found[2] ?? '' };
}

/** Where one image is both, it has the tags of both. */
function suffixesFor(asked: string, image: ImageFacts | undefined): readonly string[] {
  const fips = image?.fips?.suffix;
  return fips === undefined ? [asked] : [...new Set([asked, '', fips])];
}

/** 6 may be 6.1 and 6.1.0, and never 5.9. */
function agree(one: readonly string[], other: readonly string[]): boolean {
  return one.every((number, at) => other[at] === undefined || other[at] === number);
}
