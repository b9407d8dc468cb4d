/** Bundles made by hand, opened by who trusts their key. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  handmadeBundle,
  imageOf,
  json,
  tempDir,
  tinyImage,
  type HandmadeBundle,
  type TinyImage,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mediaTypes } from 'oras-js';
import type { BundleInput } from '../read/bundle-input.js';
import { openFileInput } from '../read/file-input.js';
import { openBundle } from '../read/open-bundle.js';
import type { VerifiedBundle } from '../read/verified-bundle.js';
import { trusting } from './proving.test.js';

export async function opened(made: HandmadeBundle, input: BundleInput): Promise<VerifiedBundle> {
  return await openBundle(input, trusting(made.publicKeyPem));
}

export async function inFile(made: HandmadeBundle, dir: string): Promise<BundleInput> {
  const file = join(dir, 'b.tar');
  await writeFile(file, made.bytes);
  return await openFileInput(file);
}

/** One image whose layer is as large as asked, all zeros. */
export async function imageWithLayer(layerBytes: number): Promise<TinyImage> {
  const { contents } = await tinyImage();
  const layer = contentOf(mediaTypes.ociLayer, Buffer.alloc(layerBytes));
  const manifest = json(mediaTypes.ociManifest, {
    schemaVersion: 2,
    config: contents.at(-2)?.content,
    layers: [layer.content],
  });
  return imageOf([layer, ...contents.slice(-2, -1), manifest]);
}

describe('opening a bundle with a large layer', () => {
  it('finds it in its place', async () => {
    await using dir = await tempDir();
    const made = await handmadeBundle({ images: [{ image: await imageWithLayer(2 ** 20) }] });
    await using input = await inFile(made, dir.path);
    const { manifest } = await opened(made, input);
    expect(manifest.entries.at(-1)?.size).toBe(2 ** 20);
  });
});
