/** One file → a registry that has all of it already: what a second import of the same bundle costs. */
import { startDockerRegistry } from '@sallyport/testing';
import { packedByAll } from '../lib/bench/packed-by-all.mjs';
import { requestsOf } from '../lib/bench/requests-of.mjs';
import { hasFlag } from '../lib/bench/has-flag.mjs';

export const title = 'import again: everything is there already';

export async function prepare(bench) {
  const { carry, image, tag } = bench;
  const { bundle, packed } = await packedByAll(bench);
  const registry = await startDockerRegistry();
  const ours = (name, ...flags) =>
    counted(name, () => carry.import(bundle, `${registry.host}/namespace`, ...flags));
  const contenders = [
    ours('sallyport import'),
    ...((await hasFlag('import', '--trust-destination'))
      ? [ours('sallyport import --trust-destination', '--trust-destination')]
      : []),
    ...packed.map(({ peer, file }) =>
      counted(`${peer.label}, ${peer.form}`, () =>
        carry.unpack(peer, file, `${registry.host}/namespace/image:${tag}`),
      ),
    ),
    { name: 'openssl dgst of the bundle', run: () => carry.digest(bundle) },
  ];
  return {
    bytes: image.bytes,
    contenders,
    // The first round would fill the registry.
    warmUps: 1,
    cleanUp: () => registry[Symbol.asyncDispose](),
  };

  function counted(name, run) {
    let before;
    return {
      name,
      before: () => (before = requestsOf(registry)),
      run,
      after: () => ({ requests: requestsOf(registry) - before }),
    };
  }
}
