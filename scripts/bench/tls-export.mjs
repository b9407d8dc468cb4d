/** Registry behind TLS → one file: how nearly every registry is met. */
import { startDockerRegistry } from '@sallyport/testing';
import { behindTls } from '../lib/bench/behind-tls.mjs';
import { intoPlace } from '../lib/bench/into-place.mjs';
import { openKey } from '../lib/bench/open-bench.mjs';
import { pushLayouts } from '../lib/bench/push-layout.mjs';

export const title = 'TLS: export, registry to one file';
const way = { isTls: true };

export async function prepare({ carry, image, peers, tag }) {
  const { ca, tls } = await behindTls(carry);
  const registry = await startDockerRegistry({ tls });
  const source = `${registry.host}/bench/image:${tag}`;
  await pushLayouts([image], () => source);
  return {
    bytes: image.bytes,
    contenders: [
      intoPlace('sallyport export, key not encrypted', carry.file('tls.sallyport.tar'), (file) =>
        carry.exportWith(openKey, source, file, '--ca-file', ca),
      ),
      ...peers.map((peer) =>
        intoPlace(`${peer.label}, ${peer.form}`, carry.file(`tls.${peer.name}.tar`), (file) =>
          carry.pack(peer, source, file, way),
        ),
      ),
      ...peers
        .filter(({ packFolder }) => packFolder)
        .map((peer) =>
          intoPlace(
            `${peer.label}, a folder, no file`,
            carry.file(`tls.${peer.name}.layout`),
            (folder) =>
              carry.program(peer.program, peer.packFolder(source, `${folder}:${tag}`, way)),
          ),
        ),
    ],
    cleanUp: () => registry[Symbol.asyncDispose](),
  };
}
