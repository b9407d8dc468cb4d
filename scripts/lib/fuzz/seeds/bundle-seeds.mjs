/** Whole bundles and their heads: the golden one, a small one, and a delta whose base is elsewhere. */
import { goldenOptions, handmadeBundle, tinyImage } from '@sallyport/testing';

export async function bundleSeeds() {
  const golden = await goldenOptions();
  const { signers } = golden;
  const image = await tinyImage({ layerBytes: [600, 20] });
  const bundles = {
    golden: await handmadeBundle(golden),
    small: await handmadeBundle({ images: [{ image }], signers }),
    delta: await deltaOf(image, signers),
  };
  const [first, second] = [bundles.golden.entries[1].bytes, handmade(bundles.golden, signers[0])];
  return {
    head: {
      'golden.tar': bundles.golden.bytes,
      'small.tar': bundles.small.bytes,
      'delta.tar': bundles.delta.bytes,
    },
    list: {
      'golden.json': bundles.golden.list,
      'small.json': bundles.small.list,
      'delta.json': bundles.delta.list,
    },
    'signature-slot': { 'golden.json': first, 'without-hint.json': second },
  };
}

async function deltaOf(image, signers) {
  const layers = image.contents.filter(({ content }) => content.mediaType.includes('layer'));
  const assumed = layers[0].content;
  const base = { bundle: `sha256:${'b'.repeat(64)}`, sequence: 1 };
  return handmadeBundle({
    images: [{ image }],
    signers,
    contents: (contents) =>
      contents.filter(
        ({ path }) => path !== 'manifest.json' && !path.endsWith(assumed.digest.slice(7)),
      ),
    list: (fields) => ({ ...fields, kind: 'delta', base, assumed: [assumed] }),
  });
}

function handmade({ list }, signer) {
  const json = JSON.parse(String(signer.slot(list)));
  delete json.verificationMaterial.publicKey.hint;
  return Buffer.from(`${JSON.stringify(json).padEnd(2047)}\n`);
}
