/** A bundle's list, for people and for programs. */
import type { BundleImage, BundleManifest } from '@sallyport/bundle';
import { formatBytes } from './format.js';

export function bundleLines(manifest: BundleManifest): readonly string[] {
  const { channel, sequence, created, expires, kind, entries } = manifest;
  return [
    `channel:     ${channel}, sequence ${sequence}, ${kind}`,
    `created:     ${created}${expires === undefined ? ', does not expire' : `, expires ${expires}`}`,
    ...manifest.images.flatMap(imageLines),
    `contents:    ${entries.length} entries, ${formatBytes(manifest.totals.bytes)}`,
    ...uncheckedLines(manifest),
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
}: BundleImage): readonly string[] {
  const named = platforms.flatMap(({ platform }) => platform ?? []);
  return [
    `image:       ${repository}${tags.length === 0 ? '' : `:${tags.join(', :')}`}`,
    `             ${digest}${named.length === 0 ? '' : ` for ${named.join(', ')}`}`,
  ];
}

function uncheckedLines({ sources }: BundleManifest): readonly string[] {
  const unchecked = sources.filter(
    ({ upstreamSignature }) => upstreamSignature.state === 'not-checked',
  );
  if (unchecked.length === 0) return [];
  return [
    `not checked: signatures of the images at their source (${unchecked.length} of ${sources.length})`,
  ];
}
