/**
 * What a receipt says was imported: names, tags and digests, and nothing else of it.
 *
 * Its signature is not checked here; a receipt that somebody changed names other images.
 */
import type { ImportedImage } from '@sallyport/gitlab';
import { receiptType } from '@sallyport/offline';
import {
  arrayAt,
  isDigest,
  isRegistryHost,
  isRepository,
  isTag,
  JsonError,
  objectAt,
  parseStrictJson,
  stringAt,
  type JsonValue,
} from 'oras-js';
import { UsageError } from '../errors/usage-error.js';

/** @throws UsageError for bytes that are no receipt. */
export function receiptImages(bytes: Uint8Array, file: string): readonly ImportedImage[] {
  try {
    return imagesIn(parseStrictJson(bytes));
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new UsageError(`expected the receipt of an import in ${file}: ${cause.message}`, {
      cause,
      hint: 'name what "sallyport import --receipt FILE" wrote; a bundle needs --to REGISTRY/PREFIX beside it',
    });
  }
}

function imagesIn(value: JsonValue): readonly ImportedImage[] {
  const receipt = objectAt(value, 'the receipt');
  const type = stringAt(receipt['_type'], '_type');
  if (type !== receiptType)
    throw new JsonError(
      `expected ${receiptType} at _type, found ${JSON.stringify(type.slice(0, 100))}`,
    );
  const registry = fitting(receipt['registry'], isRegistryHost, 'registry');
  return arrayAt(receipt['images'], 'images').map((item, index) => {
    const where = `images[${index}]`;
    const image = objectAt(item, where);
    return {
      registry,
      repository: fitting(image['repository'], isRepository, `${where}.repository`),
      source: stringAt(image['source'], `${where}.source`),
      digest: fitting(image['digest'], isDigest, `${where}.digest`),
      tags: arrayAt(image['tags'], `${where}.tags`).map((tag, at) =>
        fitting(objectAt(tag, where)['tag'], isTag, `${where}.tags[${at}].tag`),
      ),
    };
  });
}

function fitting(
  value: JsonValue | undefined,
  fits: (text: string) => boolean,
  where: string,
): string {
  const text = stringAt(value, where);
  if (fits(text)) return text;
  throw new JsonError(`expected a name at ${where}, found ${JSON.stringify(text.slice(0, 100))}`);
}
