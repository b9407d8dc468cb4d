/** One image of a thousand small layers in the source registry. */
import { makeSmallLayersImage } from '../made-image/make-image.mjs';
import { pushLayouts, uniqueBytes } from './push-layout.mjs';

let pushed;

/** @returns {Promise<{ source: string, bytes: number }>} */
export function smallLayers({ registry, cache, small, tag }) {
  pushed ??= push({ registry, cache, small, tag });
  return pushed;
}

async function push({ registry, cache, small, tag }) {
  const image = await makeSmallLayersImage({ cache, small });
  const source = `${registry.host}/bench/small-layers:${tag}`;
  await pushLayouts([image], () => source);
  return { source, bytes: uniqueBytes([image]) };
}
