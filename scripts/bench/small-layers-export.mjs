/** An image of a thousand small layers → one file: what a request costs is all that counts. */
import { rmSync } from 'node:fs';
import { smallLayers } from '../lib/bench/small-layers.mjs';

export const title = 'small layers: export of one image of 1 000 × 10 kB';

export async function prepare(bench) {
  const { carry, peers } = bench;
  const { source, bytes } = await smallLayers(bench);
  const into = (name, file, run) => ({
    name,
    before: () => rmSync(file, { force: true }),
    run: () => run(file),
  });
  return {
    bytes,
    contenders: [
      into('sallyport export', carry.file('small-layers.sallyport.tar'), (file) =>
        carry.export(source, file),
      ),
      ...peers.map((peer) =>
        into(`${peer.label}, ${peer.form}`, carry.file(`small-layers.${peer.name}.tar`), (file) =>
          carry.pack(peer, source, file),
        ),
      ),
    ],
  };
}
