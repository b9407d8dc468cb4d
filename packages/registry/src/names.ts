/**
 * How repositories, tags and referrers are named inside one store.
 *
 * A tag is `repository:tag`. A manifest that refers to another is also
 * `repository@digest`: pushed by digest alone it would have no name, and a
 * store cannot list what has none.
 */
import type { CallOptions, Digest, TagLister } from 'oras-js';

export function tagName(repository: string, tag: string): string {
  return `${repository}:${tag}`;
}

export function referrerName(repository: string, digest: Digest): string {
  return `${repository}@${digest}`;
}

export interface RepositoryTags {
  readonly tags: readonly string[];
  /** Whether anything is known of the repository, a referrer without a tag included. */
  readonly isKnown: boolean;
}

export async function tagsIn(
  store: TagLister,
  repository: string,
  options: CallOptions,
): Promise<RepositoryTags> {
  const tagStart = tagName(repository, '');
  const tags: string[] = [];
  let isKnown = false;
  for await (const name of store.tags(options)) {
    const isTagHere = name.startsWith(tagStart);
    if (isTagHere) tags.push(name.slice(tagStart.length));
    isKnown ||= isTagHere || name.startsWith(`${repository}@`);
  }
  return { tags, isKnown };
}
