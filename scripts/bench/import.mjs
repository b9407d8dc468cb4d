/** One file → an empty registry: `sallyport import` beside what each peer does with its own file. */
import { curlUpload } from '../lib/bench/curl-upload.mjs';
import { ifThere } from '../lib/bench/if-there.mjs';
import { intoNewRegistry } from '../lib/bench/new-registry.mjs';
import { packedByAll } from '../lib/bench/packed-by-all.mjs';

export const title = 'import: one file to an empty registry';

export async function prepare(bench) {
  const { carry, image, tag } = bench;
  const { bundle, packed } = await packedByAll(bench);
  return {
    bytes: image.bytes,
    contenders: [
      intoNewRegistry('sallyport import', (host) => carry.import(bundle, `${host}/namespace`)),
      ...packed.map(({ peer, file }) =>
        intoNewRegistry(`${peer.label}, ${peer.form}`, (host) =>
          carry.unpack(peer, file, `${host}/namespace/image:${tag}`),
        ),
      ),
      ...ifThere(
        'curl',
        bench,
        intoNewRegistry('curl, one blob after the other', (host) =>
          curlUpload(carry, image.layout, `${host}/namespace/image`),
        ),
      ),
      { name: 'openssl dgst of the bundle', run: () => carry.digest(bundle) },
    ],
  };
}
