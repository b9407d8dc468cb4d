/**
 * The one thing that copying needs to know of an image's config: its platform.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties
 */
import { JsonError } from '../json/json-error.js';
import { objectAt } from '../json/json-fields.js';
import { parseStrictJson } from '../json/strict-json.js';
import { parsePlatformFields } from './parse-descriptor.js';
import type { Platform } from './platform.js';

/** Undefined where the config does not say: content of that kind is copied all the same. */
export function configPlatform(bytes: Uint8Array): Platform | undefined {
  try {
    return parsePlatformFields(objectAt(parseStrictJson(bytes), 'the config'), 'the config');
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
