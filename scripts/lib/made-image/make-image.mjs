/**
 * The images that the benchmark carries, as OCI layouts in a cache folder: one large one, fifty small
 * ones that share most of their layers, and one of very many layers. Nothing is downloaded; a later call changes nothing.
 */
import { join } from 'node:path';
import { mapConcurrent } from 'oras-js';
import { writeLayout } from '../real-image/write-layout.mjs';
import { makeLayer } from './make-layer.mjs';

/** Compressed, in bytes: the shape of an analyzer with a browser, one half of it in one layer. */
const largeSizes = [
  ...[798_700_000, 219_600_000, 199_500_000, 189_500_000, 79_800_000, 44_900_000, 28_000_000],
  ...[16_000_000, 9_000_000, 6_000_000, 3_500_000, 2_000_000, 1_100_000, 600_000, 250_000],
  ...[65_000, 13_000, 3_000],
];
const imageCount = 50;
const sharedLayers = 16;
const ownLayers = 4;
const sharedBytes = 172_000;
const ownBytes = 221_000;
const smallLayerCount = 1000;
const smallLayerBytes = 10_000;
/** As many as there are cores to compress on, usually. */
const layersAtOnce = 2;

export const madeImagePrograms = ['tar', 'gzip'];
export const madeImageTag = 'made';

/** @returns {Promise<{ layout: string, digest: string, layers: object[] }>} */
export async function makeLargeImage({ cache, small = false }) {
  const folder = join(cache, small ? 'small' : 'full');
  const wanted = largeSizes.map((size, at) => [
    `large ${at}`,
    Math.max(3000, Math.round(small ? size / 10 : size)),
  ]);
  const layers = await makeLayers(wanted, join(folder, 'layers'));
  return layOut(join(folder, 'layout'), layers);
}

/** @returns {Promise<{ layout: string, digest: string, layers: object[] }[]>} */
export async function makeManyImages({ cache, small = false }) {
  const folder = join(cache, 'many');
  const count = small ? imageCount / 10 : imageCount;
  const shared = Array.from({ length: sharedLayers }, (_, at) => [`shared ${at}`, sharedBytes]);
  const own = Array.from({ length: count * ownLayers }, (_, at) => [`own ${at}`, ownBytes]);
  const layers = await makeLayers([...shared, ...own], join(folder, 'layers'));
  const [below, above] = [layers.slice(0, sharedLayers), layers.slice(sharedLayers)];
  return Array.from({ length: count }, (_, at) => {
    const top = above.slice(at * ownLayers, (at + 1) * ownLayers);
    return layOut(join(folder, `layout-${at}`), [...below, ...top]);
  });
}

/** @returns {Promise<{ layout: string, digest: string, layers: object[] }>} */
export async function makeSmallLayersImage({ cache, small = false }) {
  const folder = join(cache, 'small-layers');
  const count = small ? smallLayerCount / 10 : smallLayerCount;
  const wanted = Array.from({ length: count }, (_, at) => [`small ${at}`, smallLayerBytes]);
  return layOut(join(folder, `layout-${count}`), await makeLayers(wanted, join(folder, 'layers')));
}

function makeLayers(wanted, folder) {
  return mapConcurrent(wanted, layersAtOnce, ([name, size]) => makeLayer(name, size, folder));
}

function layOut(folder, layers) {
  const digest = writeLayout(folder, {
    layers,
    env: ['PATH=/usr/bin:/bin'],
    entrypoint: ['/opt/none'],
    debianArchitecture: 'amd64',
    tag: madeImageTag,
  });
  return { layout: folder, digest, layers };
}
