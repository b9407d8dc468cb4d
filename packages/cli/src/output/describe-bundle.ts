/** A bundle's list, for people and for programs. */
import {
  formatFingerprint,
  type BundleImage,
  type BundleManifest,
  type UpstreamSignature,
} from '@sallyport/bundle';
import { formatBytes } from './format.js';

export function bundleLines(manifest: BundleManifest): readonly string[] {
  const { channel, sequence, created, expires, kind, previous, audience, entries } = manifest;
  return [
    `channel:     ${channel}, sequence ${sequence}, ${kind}`,
    `created:     ${created}${expires === undefined ? ', does not expire' : `, expires ${expires}`}`,
    ...(previous === null ? [] : [`follows:     ${previous}`]),
    ...(audience === undefined ? [] : [`for sites:   ${audience.join(', ')}`]),
    ...manifest.images.flatMap(imageLines),
    `contents:    ${entries.length} entries, ${formatBytes(manifest.totals.bytes)}`,
    ...sourceLines(manifest),
  ];
}

export function bundleJson(manifest: BundleManifest): object {
  const { channel, sequence, created, expires, kind, base, previous, audience } = manifest;
  const { sources, images, entries, assumed, totals, tool, annotations } = manifest;
  const identity = { channel, sequence, created, expires, kind, base, previous, audience };
  return { ...identity, sources, images, entries, assumed, totals, tool, annotations };
}

export function imageLines({
  repository,
  tags,
  digest,
  platforms,
  referrers,
}: BundleImage): readonly string[] {
  const named = platforms.flatMap(({ platform }) => platform ?? []);
  return [
    `image:       ${repository}${tags.length === 0 ? '' : `:${tags.join(', :')}`}`,
    `             ${digest}${named.length === 0 ? '' : ` for ${named.join(', ')}`}`,
    ...(referrers.length === 0
      ? []
      : [`             with ${referrers.length} signatures, SBOMs or attestations attached`]),
  ];
}

/** What is known of signatures at the source: an officer reads this line before all others. */
function sourceLines({ sources }: BundleManifest): readonly string[] {
  const named = new Map<string, { readonly names: string[]; readonly says: string }>();
  for (const { host, repository, reference, digest, upstreamSignature } of sources) {
    const key = `${host}/${repository}@${digest}`;
    const name = `${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
    const known = named.get(key);
    if (known !== undefined) known.names.push(name);
    else
      named.set(key, { names: [`${host}/${repository}${name}`], says: saysOf(upstreamSignature) });
  }
  return [...named.values()].map(({ names, says }) => `at source:   ${names.join(', ')} ${says}`);
}

/** The names of one image were looked at once, so that what is said of one holds for all of them. */
function saysOf({ state, key }: UpstreamSignature): string {
  if (key !== undefined) return `is signed by key ${formatFingerprint(key)}`;
  return state === 'none-found' ? 'has no signature' : 'was NOT CHECKED for a signature';
}
