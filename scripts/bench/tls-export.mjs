/** Registry behind TLS → one file: how nearly every registry is met. */
import { rmSync } from 'node:fs';
import { startDockerRegistry } from '@sallyport/testing';
import { behindTls } from '../lib/bench/behind-tls.mjs';
import { openKey } from '../lib/bench/open-bench.mjs';
import { pushLayouts } from '../lib/bench/push-layout.mjs';

export const title = 'TLS: export, registry to one file';
const way = { isTls: true };

export async function prepare({ carry, image, peers, tag }) {
  const { ca, tls } = await behindTls(carry);
  const registry = await startDockerRegistry({ tls });
  const source = `${registry.host}/bench/image:${tag}`;
  await pushLayouts([image], () => source);
  const into = (name, place, run) => {
    const remove = () => rmSync(place, { recursive: true, force: true });
    return { name, before: remove, run: () => run(place), after: remove };
  };
  return {
    bytes: image.bytes,
    contenders: [
      into('sallyport export, key not encrypted', carry.file('tls.sallyport.tar'), (file) =>
        carry.exportWith(openKey, source, file, '--ca-file', ca),
      ),
      ...peers.map((peer) =>
        into(`${peer.label}, ${peer.form}`, carry.file(`tls.${peer.name}.tar`), (file) =>
          carry.pack(peer, source, file, way),
        ),
      ),
      ...peers
        .filter(({ packFolder }) => packFolder)
        .map((peer) =>
          into(
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
