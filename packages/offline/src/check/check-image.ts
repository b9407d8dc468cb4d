/** Whether an image that is to be exported can be read, and where its blobs come from. */
import { readBlobOf } from './check-blobs.js';
import { ok } from './check-line.js';
import type { Check } from './place.js';

/** @param name Tag or digest. */
export function imageCheck(name: string): Check {
  return async ({ client, registry, repository }, options) => {
    const root = await client.repository(registry, repository).resolve(name, options);
    return ok(`can be read: ${root.digest}`);
  };
}

export function imageBlobsCheck(name: string): Check {
  return async (place, options) => {
    const { client, registry, repository } = place;
    const root = await client.repository(registry, repository).resolve(name, options);
    return readBlobOf(place, root, options);
  };
}
