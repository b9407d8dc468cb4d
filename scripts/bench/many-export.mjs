/** Fifty images that share most of their layers → one file, with the requests that it takes. */
import { rmSync } from 'node:fs';
import { curlDownload } from '../lib/bench/curl-download.mjs';
import { ifThere } from '../lib/bench/if-there.mjs';
import { inSteps } from '../lib/bench/in-steps.mjs';
import { manyImages } from '../lib/bench/many-images.mjs';
import { requestsOf } from '../lib/bench/requests-of.mjs';

export const title = 'many images: export of 50 × 20 layers, 80 % shared';

export async function prepare(bench) {
  const { carry, registry, peers } = bench;
  const { names, bytes } = await manyImages(bench);
  const images = names.map((name) => `${registry.host}/${name}`);
  const bundle = carry.file('many.sallyport.tar');
  const counted = (name, file, run) => {
    let before;
    return {
      name,
      before: () => {
        rmSync(file, { recursive: true, force: true });
        before = requestsOf(registry);
      },
      run,
      after: () => ({ requests: requestsOf(registry) - before }),
    };
  };
  const folder = carry.file('many');
  return {
    bytes,
    contenders: [
      counted('sallyport export', bundle, () => carry.export(images, bundle)),
      // What the peers do: none of them looks for signatures and SBOMs of the images.
      counted('sallyport export --no-referrers', bundle, () =>
        carry.export(images, bundle, '--no-referrers'),
      ),
      ...peers
        .filter(({ packMany }) => packMany)
        .map((peer) =>
          counted(`${peer.label}, ${peer.manyForm}`, folder, () =>
            inSteps(carry.steps(peer, peer.packMany(images, folder))),
          ),
        ),
      ...ifThere(
        'curl',
        bench,
        counted(
          'curl, four at once, kept nowhere',
          folder,
          await curlDownload(carry, carry.file('curl.settings'), images),
        ),
      ),
    ],
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  };
}
