/**
 * The three documents that make a bundle readable for other tools: `oci-layout`,
 * `index.json` and Docker's `manifest.json`.
 *
 * They are made from the list and the manifests, never read back for meaning:
 * a reader makes them again and compares.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
import { mediaTypes, type Descriptor } from 'oras-js';
import type { Documents } from '../graph/documents.js';
import type {
  BundleImage,
  BundleManifest,
  CarriedReferrer,
  ListedImages,
} from '../list/bundle-manifest.js';
import { dockerArchive } from './docker-archive.js';
import { imageNames } from './image-names.js';

export interface LayoutDocument {
  readonly path: string;
  readonly bytes: Buffer;
}

export const ociLayoutDocument: LayoutDocument = {
  path: 'oci-layout',
  bytes: Buffer.from('{"imageLayoutVersion":"1.0.0"}'),
};

/** @param kind A delta is not a whole archive for Docker, so it has no `manifest.json`. */
export function layoutDocuments(
  listed: ListedImages,
  documents: Documents,
  kind: BundleManifest['kind'],
): readonly LayoutDocument[] {
  const index = { path: 'index.json', bytes: asJson(ociIndex(listed)) };
  const docker = { path: 'manifest.json', bytes: asJson(dockerArchive(listed, documents)) };
  return kind === 'full' ? [ociLayoutDocument, index, docker] : [ociLayoutDocument, index];
}

function ociIndex(listed: ListedImages): object {
  const manifests = listed.images.flatMap((image) => [
    ...rootsOf(image, imageNames(image, image.tags, listed)),
    ...image.referrers.map((referrer) => referrerOf(referrer, image, listed)),
  ]);
  return { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
}

function rootsOf(
  { mediaType, digest, size }: BundleImage,
  names: readonly string[],
): readonly Descriptor[] {
  if (names.length === 0) return [{ mediaType, digest, size }];
  return names.map((name) => ({ mediaType, digest, size, annotations: namedAs(name) }));
}

// Field by field: bytes that are compared must not hang on the order in which somebody built an object.
function referrerOf(
  { mediaType, digest, size, artifactType, tag }: CarriedReferrer,
  image: BundleImage,
  listed: ListedImages,
): object {
  const [name] = tag === undefined ? [] : imageNames(image, [tag], listed);
  const annotations = name === undefined ? undefined : namedAs(name);
  return { mediaType, digest, size, artifactType, annotations };
}

// containerd reads the first, everybody else the second.
function namedAs(name: string): Readonly<Record<string, string>> {
  return { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name };
}

function asJson(value: object): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
