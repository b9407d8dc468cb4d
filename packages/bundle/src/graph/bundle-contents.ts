/** All content of a bundle's images, each once, sorted the way a bundle holds it. */
import {
  isIndexType,
  isManifestOrIndexType,
  isNonDistributableType,
  type Descriptor,
  type Digest,
} from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { maxDocumentBytes } from '../limits.js';
import type { BundleImage } from '../list/bundle-manifest.js';
import type { Document, Documents } from './documents.js';
import { imageDocuments } from './image-documents.js';

export interface BundleContents {
  /** Indexes, then manifests, each ascending by digest. */
  readonly documents: readonly Document[];
  /** Configs of a document's size, ascending by digest. */
  readonly configs: readonly Descriptor[];
  /** Layers and whatever else, ascending by digest. Non-distributable layers are not carried. */
  readonly layers: readonly Descriptor[];
}

/** @throws BundleError `BUNDLE_CONTENT_MISMATCH` when two places disagree about the same content. */
export function bundleContents(
  images: readonly BundleImage[],
  documents: Documents,
): BundleContents {
  const found = new Map<Digest, Document>();
  const configs = new Map<Digest, Descriptor>();
  const layers = new Map<Digest, Descriptor>();
  for (const document of images.flatMap((image) => imageDocuments(image, documents))) {
    found.set(document.descriptor.digest, document);
    if (document.manifest.kind === 'index') continue;
    const { config, layers: layered } = document.manifest;
    note(config, config.size <= maxDocumentBytes ? configs : layers, [configs, layers]);
    for (const layer of layered.filter(({ mediaType }) => !isNonDistributableType(mediaType))) {
      note(layer, layers, [configs, layers]);
    }
  }
  checkRoles(found, configs, layers);
  const isIndex = ({ descriptor }: Document): boolean => isIndexType(descriptor.mediaType);
  const sorted = [...found.values()].sort((a, b) => byDigest(a.descriptor, b.descriptor));
  return {
    documents: [...sorted.filter(isIndex), ...sorted.filter((document) => !isIndex(document))],
    configs: [...configs.values()].sort(byDigest),
    // What is a config in one image and a layer in another goes with the configs.
    layers: [...layers.values()].filter(({ digest }) => !configs.has(digest)).sort(byDigest),
  };
}

// The first media type met stays: images of both families may share one layer under two names.
function note(
  { mediaType, digest, size }: Descriptor,
  into: Map<Digest, Descriptor>,
  known: readonly ReadonlyMap<Digest, Descriptor>[],
): void {
  for (const map of known) {
    const before = map.get(digest);
    if (before !== undefined && before.size !== size) {
      throw new BundleError(
        'BUNDLE_CONTENT_MISMATCH',
        `expected one size of ${digest}, found ${before.size} and ${size} bytes in different manifests`,
      );
    }
  }
  if (!into.has(digest)) into.set(digest, { mediaType, digest, size });
}

// Registries keep manifests and blobs apart: content used as both would need two uploads of one entry,
// and a blob that calls itself a manifest would be read as one.
function checkRoles(
  documents: ReadonlyMap<Digest, Document>,
  ...blobs: readonly ReadonlyMap<Digest, Descriptor>[]
): void {
  for (const { digest, mediaType } of blobs.flatMap((map) => [...map.values()])) {
    if (documents.has(digest) || isManifestOrIndexType(mediaType)) {
      throw new BundleError(
        'BUNDLE_CONTENT_MISMATCH',
        `${digest} is used both as a manifest and as a blob`,
      );
    }
  }
}

function byDigest(a: Descriptor, b: Descriptor): number {
  return a.digest < b.digest ? -1 : 1;
}
