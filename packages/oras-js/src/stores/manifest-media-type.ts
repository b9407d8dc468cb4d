/**
 * What a document is that nobody told the media type of.
 *
 * Only its own words count: the `mediaType` it carries, or the shape that the
 * image-spec prescribes when it carries none. A document with both shapes is
 * taken for neither.
 */
import { JsonError } from '../json/json-error.js';
import { parseStrictJson, type JsonObject } from '../json/strict-json.js';
import { isManifestOrIndexType, mediaTypes } from '../content/media-types.js';

/** The media type of a manifest or index; undefined for every other content. */
export function manifestMediaType(bytes: Uint8Array): string | undefined {
  const fields = parseObject(bytes);
  if (fields?.['schemaVersion'] !== 2) return undefined;
  const { mediaType } = fields;
  if (typeof mediaType === 'string') {
    return isManifestOrIndexType(mediaType) ? mediaType : undefined;
  }
  const isIndex = 'manifests' in fields;
  const isImage = 'config' in fields && 'layers' in fields;
  if (isIndex === isImage) return undefined;
  return isIndex ? mediaTypes.ociIndex : mediaTypes.ociManifest;
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value = parseStrictJson(bytes);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
