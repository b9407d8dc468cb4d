/** One file of fifty images → an empty registry, each image to a repository of its own. */
import { rmSync } from 'node:fs';
import { inSteps } from '../lib/bench/in-steps.mjs';
import { manyImages } from '../lib/bench/many-images.mjs';
import { EndedRegistries, intoNewRegistry } from '../lib/bench/new-registry.mjs';

export const title = 'many images: import of 50 × 20 layers, 80 % shared';

export async function prepare(bench) {
  const { carry, registry, peers } = bench;
  const { names, bytes } = await manyImages(bench);
  const images = names.map((name) => `${registry.host}/${name}`);
  const bundle = carry.file('many.import.sallyport.tar');
  await carry.export(images, bundle);
  const ended = new EndedRegistries();
  const able = peers.filter(({ unpackMany }) => unpackMany !== undefined);
  for (const peer of able) {
    const { code, errors } = await inSteps(
      carry.steps(peer, peer.packMany(images, carry.file(`many.${peer.name}`))),
    );
    if (code !== 0) throw new Error(`${peer.label}\n${errors}`);
  }
  return {
    bytes,
    contenders: [
      intoNewRegistry('sallyport import', (host) => carry.import(bundle, `${host}/namespace`), {
        ended,
      }),
      // What the peers do: none of them asks afterwards whether all of it can be pulled.
      intoNewRegistry(
        'sallyport import --no-prove',
        (host) => carry.import(bundle, `${host}/namespace`, '--no-prove'),
        { ended },
      ),
      ...able.map((peer) =>
        intoNewRegistry(
          `${peer.label}, ${peer.manyForm}`,
          (host) => {
            const places = names.map((name) => `${host}/${name.replace('bench', 'namespace')}`);
            return inSteps(
              carry.steps(peer, peer.unpackMany(carry.file(`many.${peer.name}`), places)),
            );
          },
          { ended },
        ),
      ),
    ],
    cleanUp: async () => {
      await ended.remove();
      for (const peer of able) {
        rmSync(carry.file(`many.${peer.name}`), { recursive: true, force: true });
      }
    },
  };
}
