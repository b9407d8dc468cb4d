/** One layer of 6 GB, there and back: whether memory stays what it is. Needs some 20 GB of disk. */
import { rmSync } from 'node:fs';
import { intoNewRegistry } from '../lib/bench/new-registry.mjs';
import { startSyntheticRegistry } from '../lib/synthetic/synthetic-registry.mjs';

export const title = 'big blob: one layer of 6 GB';
/** Only when it is asked for by name. */
export const isExtra = true;

export async function prepare({ carry, small }) {
  const bytes = small ? 600_000_000 : 6_000_000_000;
  const registry = await startSyntheticRegistry(1, bytes);
  const bundle = carry.file('big.sallyport.tar');
  return {
    bytes,
    contenders: [
      {
        name: 'sallyport export',
        before: () => rmSync(bundle, { force: true }),
        run: () => carry.export(registry.images, bundle),
      },
      intoNewRegistry('sallyport import', (host) => carry.import(bundle, `${host}/namespace`)),
      { name: 'openssl dgst of the bundle', run: () => carry.digest(bundle) },
    ],
    cleanUp: () => {
      rmSync(bundle, { force: true });
      return registry.close();
    },
  };
}
