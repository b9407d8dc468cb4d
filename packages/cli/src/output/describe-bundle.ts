/** A bundle's list, for people and for programs. */
import {
  formatFingerprint,
  sourceNames,
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
  return sourceNames(sources).map(
    ({ names, upstreamSignature }) => `at source:   ${names} ${saysOf(upstreamSignature)}`,
  );
}

function saysOf({ state, key }: UpstreamSignature): string {
  if (key !== undefined) return `is signed by key ${formatFingerprint(key)}`;
  return state === 'none-found' ? 'has no signature' : 'was NOT CHECKED for a signature';
}
