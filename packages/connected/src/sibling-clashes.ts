/** Tags that nobody asked for by name must not stand in the way of those that somebody did. */
import type { Digest } from 'oras-js';
import type { ResolvedImage } from './resolve-images.js';

/**
 * Leaves out each sibling tag under which another image would be written, too: two
 * registries may have the same repository, each with a `latest` of its own.
 */
export function withoutClashes(resolved: readonly ResolvedImage[]): readonly ResolvedImage[] {
  const claims = new Map<string, Set<Digest>>();
  for (const { reference, siblings, root } of resolved) {
    const { repository, tag } = reference;
    for (const each of [...siblings, ...(tag === undefined ? [] : [tag])]) {
      const name = `${repository}:${each}`;
      claims.set(name, (claims.get(name) ?? new Set<Digest>()).add(root.digest));
    }
  }
  return resolved.map((image) => ({
    ...image,
    siblings: image.siblings.filter(
      (tag) => claims.get(`${image.reference.repository}:${tag}`)?.size === 1,
    ),
  }));
}
