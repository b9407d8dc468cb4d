/**
 * What the golden bundle in fixtures/golden holds: one of each thing that the
 * format knows, as small as it can be.
 */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HandmadeOptions } from './handmade-bundle.js';
import type { HandmadeImage } from './handmade-contents.js';
import { signerOf } from './test-signer.js';
import { imageOf, tinyImage } from './tiny-image.js';
import { tinyReferrer } from './tiny-referrer.js';

export const goldenFolder = fileURLToPath(new URL('../../../fixtures/golden/', import.meta.url));

export const goldenFile = join(goldenFolder, 'golden.sallyport.tar');

export async function goldenOptions(): Promise<HandmadeOptions> {
  const key = createPrivateKey(await readFile(join(goldenFolder, 'test-only.key')));
  return {
    images: await goldenImages(),
    signers: [signerOf(key)],
    list: ({ kind, previous, ...fields }) => {
      const { _type, channel, sequence, created, ...rest } = fields;
      const expires = '2027-01-02T03:04:05Z';
      const annotations = { reason: 'the golden bundle' };
      return { _type, channel, sequence, created, expires, kind, previous, ...rest, annotations };
    },
  };
}

async function goldenImages(): Promise<readonly HandmadeImage[]> {
  const app = await tinyImage({ layerBytes: [10, 600], seed: 'golden' });
  const legacy = await tinyImage({ layerBytes: [0], docker: true, seed: 'golden legacy' });
  const platforms = ['linux/amd64', 'linux/arm64/v8'];
  const both = await tinyImage({ layerBytes: [1], seed: 'golden multi', platforms });
  const amd64 = await tinyImage({ layerBytes: [1], seed: 'golden multi' });
  return [
    {
      image: app,
      repository: 'example/app',
      tags: ['1.0', 'latest'],
      referrers: [
        { image: tinyReferrer(app.root) },
        {
          image: tinyReferrer(app.root, { text: 'no real signature' }),
          tag: `sha256-${app.root.digest.slice(7)}.sig`,
        },
      ],
    },
    { image: legacy, repository: 'example/legacy', tags: ['2'] },
    // The index, with one of its two platforms.
    {
      image: imageOf([...amd64.contents, ...both.contents.slice(-1)]),
      repository: 'example/multi',
      tags: ['3'],
    },
  ];
}
