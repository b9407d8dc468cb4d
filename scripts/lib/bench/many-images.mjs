/** Fifty images of twenty layers each, of which all share sixteen, in the source registry. */
import { makeManyImages } from '../made-image/make-image.mjs';
import { pushLayouts, uniqueBytes } from './push-layout.mjs';

let pushed;

/** @returns {Promise<{ names: string[], bytes: number }>} Names without the registry's host. */
export function manyImages({ registry, cache, small }) {
  pushed ??= push({ registry, cache, small });
  return pushed;
}

async function push({ registry, cache, small }) {
  const images = await makeManyImages({ cache, small });
  const names = images.map((_, at) => `bench/image-${at}:made`);
  await pushLayouts(images, (at) => `${registry.host}/${names[at]}`);
  return { names, bytes: uniqueBytes(images) };
}
