/** How a manifest with a subject stands in the list of that subject. */
import type { Descriptor } from '../content/descriptor.js';
import type { Digest } from '../content/digest.js';
import { parseManifest } from '../content/manifest.js';
import { objectAt } from '../json/json-fields.js';
import { parseStrictJson, type JsonObject } from '../json/strict-json.js';

export interface Link {
  readonly subject: Digest;
  readonly entry: JsonObject;
}

/**
 * @returns Undefined when the manifest has no subject.
 * @throws as `parseManifest`: a subject whose digest cannot be computed here is refused.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject
 */
export function linkOf(content: Descriptor, bytes: Uint8Array): Link | undefined {
  const manifest = parseManifest(bytes, content);
  if (manifest.subject === undefined) return undefined;
  const { annotations } = objectAt(parseStrictJson(bytes), 'the manifest');
  const artifactType =
    manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : undefined);
  const { mediaType, digest, size } = content;
  return {
    subject: manifest.subject.digest,
    entry: {
      mediaType,
      digest,
      size,
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(annotations === undefined || annotations === null ? {} : { annotations }),
    },
  };
}
