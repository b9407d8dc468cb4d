/**
 * Writes the signed list: one spelling for one list.
 *
 * The order of the fields is fixed here and nowhere else, so that the same
 * plan gives the same bytes on every machine.
 */
import { BundleError } from '../bundle-error.js';
import { maxListBytes } from '../limits.js';
import {
  listType,
  type BundleEntry,
  type BundleImage,
  type BundleManifest,
} from './bundle-manifest.js';

/** @throws BundleError `BUNDLE_LIMIT` when the list is larger than a reader accepts. */
export function encodeList(manifest: BundleManifest): Buffer {
  const bytes = Buffer.from(JSON.stringify(inOrder(manifest)), 'utf8');
  if (bytes.byteLength > maxListBytes) {
    throw new BundleError(
      'BUNDLE_LIMIT',
      `expected a list of at most ${maxListBytes} bytes, found ${bytes.byteLength} for ${manifest.entries.length} entries`,
      { hint: 'split the images over several bundles' },
    );
  }
  return bytes;
}

// JSON.stringify leaves out what is undefined: an absent field stays absent.
function inOrder(manifest: BundleManifest): object {
  return {
    _type: listType,
    channel: manifest.channel,
    sequence: manifest.sequence,
    created: manifest.created,
    expires: manifest.expires,
    kind: manifest.kind,
    base: manifest.base && { bundle: manifest.base.bundle, sequence: manifest.base.sequence },
    previous: manifest.previous,
    audience: manifest.audience,
    sources: manifest.sources.map((source) => ({
      host: source.host,
      repository: source.repository,
      reference: source.reference,
      digest: source.digest,
      resolved: source.resolved,
      upstreamSignature: {
        state: source.upstreamSignature.state,
        key: source.upstreamSignature.key,
      },
    })),
    images: manifest.images.map(imageInOrder),
    entries: manifest.entries.map(entryInOrder),
    assumed: manifest.assumed.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
    totals: { entries: manifest.totals.entries, bytes: manifest.totals.bytes },
    requires: manifest.requires,
    tool: manifest.tool,
    annotations: sortedByKey(manifest.annotations),
  };
}

function imageInOrder(image: BundleImage): object {
  return {
    repository: image.repository,
    tags: image.tags,
    digest: image.digest,
    mediaType: image.mediaType,
    size: image.size,
    platforms: image.platforms.map(({ digest, platform }) => ({ digest, platform })),
    referrers: image.referrers.map(({ digest, mediaType, size, artifactType, tag }) => ({
      digest,
      mediaType,
      size,
      artifactType,
      tag,
    })),
  };
}

function entryInOrder({ path, size, digest, mediaType }: BundleEntry): object {
  return { path, size, digest, mediaType };
}

function sortedByKey(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
