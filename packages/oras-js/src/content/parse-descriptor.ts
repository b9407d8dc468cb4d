/** Descriptors as they stand in manifests and indexes: parsed, not cast. */
import { printable } from '../errors/printable.js';
import { JsonError } from '../json/json-error.js';
import { integerAt, objectAt, stringAt, stringsAt } from '../json/json-fields.js';
import type { JsonValue } from '../json/strict-json.js';
import type { Descriptor } from './descriptor.js';
import { digestOf, parseDigest } from './digest.js';
import type { Platform } from './platform.js';

/**
 * @param where Names the place for the reader of the error.
 * @throws JsonError for a wrong shape; ContentError `DIGEST_INVALID` or `DIGEST_UNSUPPORTED`.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#properties
 */
export function parseDescriptor(value: JsonValue | undefined, where: string): Descriptor {
  const fields = objectAt(value, where);
  const { platform, artifactType, annotations, urls } = fields;
  const mediaType = stringAt(fields['mediaType'], `${where}.mediaType`);
  if (mediaType === '')
    throw new JsonError(`expected a media type at ${where}.mediaType, found ""`);
  const digest = parseDigest(stringAt(fields['digest'], `${where}.digest`));
  const size = integerAt(fields['size'], `${where}.size`);
  checkEmbedded(fields['data'], { digest, size }, `${where}.data`);
  return {
    mediaType,
    digest,
    size,
    ...(platform === undefined
      ? {}
      : { platform: parsePlatformFields(platform, `${where}.platform`) }),
    ...(artifactType === undefined
      ? {}
      : { artifactType: stringAt(artifactType, `${where}.artifactType`) }),
    ...(isAbsent(annotations)
      ? {}
      : { annotations: parseAnnotations(annotations, `${where}.annotations`) }),
    ...(isAbsent(urls) ? {} : { urls: stringsAt(urls, `${where}.urls`) }),
  };
}

// Never used here; but a reader that does use it must not get other content than who reads the blob.
function checkEmbedded(
  value: JsonValue | undefined,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  where: string,
): void {
  if (isAbsent(value)) return;
  const text = stringAt(value, where);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength === size && digestOf(bytes) === digest && bytes.toString('base64') === text)
    return;
  throw new JsonError(`expected the content of ${digest} in base64 at ${where}, found other bytes`);
}

/**
 * @param where Names the place for the reader of the error.
 * @throws JsonError for anything but an object of strings.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#rules
 */
export function parseAnnotations(
  value: JsonValue | undefined,
  where: string,
): Readonly<Record<string, string>> {
  const entries = Object.entries(objectAt(value, where));
  return Object.fromEntries(
    entries.map(([key, text]) => [key, stringAt(text, `${where}.${printable(key, 60)}`)]),
  );
}

// Go writes an empty map or list that was never made as null.
function isAbsent(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}

export function parsePlatformFields(value: JsonValue, where: string): Platform {
  const { os, architecture, variant } = objectAt(value, where);
  return {
    os: stringAt(os, `${where}.os`),
    architecture: stringAt(architecture, `${where}.architecture`),
    ...(variant === undefined || variant === ''
      ? {}
      : { variant: stringAt(variant, `${where}.variant`) }),
  };
}
