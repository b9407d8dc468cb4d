/**
 * Manifests and indexes, read.
 *
 * A copy is parsed here to learn what it points to; the bytes themselves are
 * never written again from it.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
 */
import { JsonError } from '../json/json-error.js';
import { arrayAt, objectAt, stringAt } from '../json/json-fields.js';
import { parseStrictJson, type JsonObject } from '../json/strict-json.js';
import { ContentError } from './content-error.js';
import type { Descriptor } from './descriptor.js';
import { isIndexType, isManifestType } from './media-types.js';
import { parseDescriptor } from './parse-descriptor.js';

/**
 * An image for one platform, or an artifact.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#image-manifest-property-descriptions
 */
export interface ImageManifest {
  readonly kind: 'image';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject: Descriptor | undefined;
  readonly artifactType: string | undefined;
}

/**
 * A list of manifests, by platform as a rule.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions
 */
export interface ImageIndex {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
  readonly subject: Descriptor | undefined;
  readonly artifactType: string | undefined;
}

/** Told apart by `kind`; Docker's schema 2 documents are the same two. */
export type Manifest = ImageManifest | ImageIndex;

/**
 * @param bytes Already proven against `content`.
 * @throws ContentError `MANIFEST_INVALID`, `MANIFEST_UNSUPPORTED`, `DIGEST_INVALID` or `DIGEST_UNSUPPORTED`.
 */
export function parseManifest(bytes: Uint8Array, content: Descriptor): Manifest {
  try {
    const fields = objectAt(parseStrictJson(bytes), 'the manifest');
    checkShape(fields, content);
    return isIndexType(content.mediaType) ? readIndex(fields) : readImage(fields);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new ContentError(
      'MANIFEST_INVALID',
      `${content.digest} is not a valid ${content.mediaType}: ${cause.message}`,
      { cause },
    );
  }
}

/** What has to be there before the manifest may be: config and layers, or the manifests of an index. */
export function childrenOf(manifest: Manifest): readonly Descriptor[] {
  return manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
}

function checkShape(fields: JsonObject, content: Descriptor): void {
  if (!isIndexType(content.mediaType) && !isManifestType(content.mediaType)) {
    throw new ContentError(
      'MANIFEST_UNSUPPORTED',
      `${content.digest}: manifests of type ${content.mediaType.slice(0, 100)} are not supported`,
    );
  }
  const { schemaVersion, mediaType } = fields;
  if (schemaVersion !== 2) {
    throw new JsonError(`expected schemaVersion 2, found ${JSON.stringify(schemaVersion ?? null)}`);
  }
  if (mediaType !== undefined && mediaType !== content.mediaType) {
    throw new JsonError(`its mediaType says ${JSON.stringify(mediaType).slice(0, 100)}`);
  }
  // A document that is both can be read as two different images (CVE-2021-41190).
  if ('manifests' in fields && ('layers' in fields || 'config' in fields)) {
    throw new JsonError('it has "manifests" beside "layers" or "config"');
  }
}

function readIndex(fields: JsonObject): ImageIndex {
  const manifests = arrayAt(fields['manifests'], 'manifests');
  return {
    kind: 'index',
    manifests: manifests.map((item, index) => parseDescriptor(item, `manifests[${index}]`)),
    ...readCommon(fields),
  };
}

function readImage(fields: JsonObject): ImageManifest {
  const layers = arrayAt(fields['layers'], 'layers');
  return {
    kind: 'image',
    config: parseDescriptor(fields['config'], 'config'),
    layers: layers.map((item, index) => parseDescriptor(item, `layers[${index}]`)),
    ...readCommon(fields),
  };
}

function readCommon(fields: JsonObject): Pick<Manifest, 'subject' | 'artifactType'> {
  const { subject, artifactType } = fields;
  return {
    subject:
      subject === undefined || subject === null ? undefined : parseDescriptor(subject, 'subject'),
    artifactType: artifactType === undefined ? undefined : stringAt(artifactType, 'artifactType'),
  };
}
