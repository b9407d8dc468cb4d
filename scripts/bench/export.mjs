/** Registry → one file: `sallyport export` beside what each peer makes of the same image. */
import { rmSync } from 'node:fs';
import { curlDownload } from '../lib/bench/curl-download.mjs';
import { ifThere } from '../lib/bench/if-there.mjs';
import { inSteps } from '../lib/bench/in-steps.mjs';
import { intoPlace } from '../lib/bench/into-place.mjs';
import { openKey } from '../lib/bench/open-bench.mjs';

export const title = 'export: registry to one file';

export async function prepare(bench) {
  const { carry, image, source, peers, tag } = bench;
  const bundle = carry.file('bench.sallyport.tar');
  const packing = (peer, name, run) =>
    intoPlace(`${peer.label}, ${name}`, carry.file(`bench.${peer.name}.tar`), run);
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
      ...peers.map((peer) => packing(peer, peer.form, (file) => carry.pack(peer, source, file))),
      // What we do before the file gets its name, and none of them does.
      ...peers
        .filter(({ isQuickest }) => isQuickest)
        .map((peer) =>
          packing(peer, 'then flushed', (file) =>
            inSteps([() => carry.pack(peer, source, file), () => carry.program('sync', [file])]),
          ),
        ),
      ...peers
        .filter(({ packFolder }) => packFolder)
        .map((peer) =>
          intoPlace(
            `${peer.label}, a folder, no file`,
            carry.file(`bench.${peer.name}.layout`),
            (folder) => carry.program(peer.program, peer.packFolder(source, `${folder}:${tag}`)),
          ),
        ),
      ...ifThere('curl', bench, {
        name: 'curl, four at once, kept nowhere',
        run: await curlDownload(carry, carry.file('curl.settings'), [source]),
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
