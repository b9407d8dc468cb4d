/** Registry → one file: `sallyport export` beside what each peer makes of the same image. */
import { rmSync } from 'node:fs';
import { openKey } from '../lib/bench/open-bench.mjs';

export const title = 'export: registry to one file';

export async function prepare({ carry, image, source, peers, tag }) {
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
      ...peers
        .filter(({ packFolder }) => packFolder)
        .map((peer) => {
          const folder = carry.file(`bench.${peer.name}.layout`);
          return {
            name: `${peer.label}, a folder, no file`,
            before: () => rmSync(folder, { recursive: true, force: true }),
            run: () => carry.program(peer.program, peer.packFolder(source, `${folder}:${tag}`)),
            after: () => rmSync(folder, { recursive: true, force: true }),
          };
        }),
      {
        name: 'openssl dgst of the bundle',
        // Our export leaves it on the disk, and that is not what is measured here.
        before: () => carry.digest(bundle),
        run: () => carry.digest(bundle),
      },
    ],
  };
}
