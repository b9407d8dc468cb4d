/** One file with a thousand small layers → an empty registry. */
import { EndedRegistries, intoNewRegistry } from '../lib/bench/new-registry.mjs';
import { packedByAll } from '../lib/bench/packed-by-all.mjs';
import { smallLayers } from '../lib/bench/small-layers.mjs';

export const title = 'small layers: import of one image of 1 000 × 10 kB';

export async function prepare(bench) {
  const { carry, tag } = bench;
  const { source, bytes } = await smallLayers(bench);
  const ended = new EndedRegistries();
  const { bundle, packed } = await packedByAll({ ...bench, source }, 'small-layers');
  return {
    bytes,
    contenders: [
      intoNewRegistry('sallyport import', (host) => carry.import(bundle, `${host}/namespace`), {
        ended,
      }),
      ...packed.map(({ peer, file }) =>
        intoNewRegistry(
          `${peer.label}, ${peer.form}`,
          (host) => carry.unpack(peer, file, `${host}/namespace/image:${tag}`),
          { ended },
        ),
      ),
    ],
    cleanUp: () => ended.remove(),
  };
}
