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

export interface RepositoryNames {
  readonly tags: readonly string[];
  /** Of tags and referrers, as the store knows them. */
  readonly names: readonly string[];
}

export async function namesIn(
  store: TagLister,
  repository: string,
  options: CallOptions,
): Promise<RepositoryNames> {
  const tagStart = tagName(repository, '');
  const tags: string[] = [];
  const names: string[] = [];
  for await (const name of store.tags(options)) {
    const isTagHere = name.startsWith(tagStart);
    if (isTagHere) tags.push(name.slice(tagStart.length));
    if (isTagHere || name.startsWith(`${repository}@`)) names.push(name);
  }
  return { tags, names };
}
