/** One file → an empty registry behind TLS. */
import { behindTls } from '../lib/bench/behind-tls.mjs';
import { intoNewRegistry } from '../lib/bench/new-registry.mjs';
import { packedByAll } from '../lib/bench/packed-by-all.mjs';

export const title = 'TLS: import, one file to an empty registry';
const way = { isTls: true };

export async function prepare(bench) {
  const { carry, image, tag } = bench;
  const { ca, tls } = await behindTls(carry);
  const { bundle, packed } = await packedByAll(bench);
  return {
    bytes: image.bytes,
    contenders: [
      intoNewRegistry(
        'sallyport import',
        (host) => carry.import(bundle, `${host}/namespace`, '--ca-file', ca),
        { tls },
      ),
      ...packed.map(({ peer, file }) =>
        intoNewRegistry(
          `${peer.label}, ${peer.form}`,
          (host) => carry.unpack(peer, file, `${host}/namespace/image:${tag}`, way),
          { tls },
        ),
      ),
    ],
  };
}
