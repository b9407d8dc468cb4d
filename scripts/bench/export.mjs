/** Registry → one file: `sallyport export` beside what each peer makes of the same image. */
import { rmSync } from 'node:fs';
import { openKey } from '../lib/bench/open-bench.mjs';

export const title = 'export: registry to one file';

export async function prepare({ carry, image, source, peers }) {
  const bundle = carry.file('bench.sallyport.tar');
  return {
    bytes: image.bytes,
    contenders: [
      {
        name: 'sallyport export',
        before: () => rmSync(bundle, { force: true }),
        run: () => carry.export(source, bundle),
      },
      {
        name: 'sallyport export, key not encrypted',
        before: () => rmSync(bundle, { force: true }),
        run: () => carry.exportWith(openKey, source, bundle),
      },
      ...peers.map((peer) => {
        const file = carry.file(`bench.${peer.name}.tar`);
        return {
          name: `${peer.label}, ${peer.form}`,
          before: () => rmSync(file, { force: true }),
          run: () => carry.pack(peer, source, file),
          after: () => rmSync(file, { force: true }),
        };
      }),
      { name: 'openssl dgst of the bundle', run: () => carry.digest(bundle) },
    ],
  };
}
