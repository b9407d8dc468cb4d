/** The sources of a list, those of one image together: its tags were all looked at by their digest, once. */
import type { BundleSource, UpstreamSignature } from './bundle-manifest.js';

export interface NamedSource {
  /** `registry.example.com/team/app:1, :1.4`, or with `@` and the digest. */
  readonly names: string;
  readonly upstreamSignature: UpstreamSignature;
}

/** In the order in which each image comes first. */
export function sourceNames(sources: readonly BundleSource[]): readonly NamedSource[] {
  const found = new Map<string, NamedSource>();
  for (const { host, repository, reference, digest, upstreamSignature } of sources) {
    const { state, key = '' } = upstreamSignature;
    const place = `${host}/${repository}`;
    const name = `${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
    // What is not said of all of them is said of each alone.
    const about = `${place}@${digest} ${state} ${key}`;
    const names = found.get(about)?.names;
    found.set(about, {
      names: names === undefined ? `${place}${name}` : `${names}, ${name}`,
      upstreamSignature,
    });
  }
  return [...found.values()];
}
