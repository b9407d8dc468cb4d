import { describe, expect, it } from '@jest/globals';
import {
  openBundle,
  openFileInput,
  parsePublicKey,
  pipeInput,
  type VerifiedBundle,
} from '@sallyport/bundle';
import {
  asFileOrPipe,
  bothWays,
  handmadeBundle,
  MemoryRegistry,
  tinyImage,
  type HandmadeBundle,
  type HandmadeOptions,
  type TinyImage,
  type Way,
} from '@sallyport/testing';
import { Readable } from 'node:stream';
import { importBundle } from './import-bundle.js';

async function opened(
  { bytes, publicKeyPem }: HandmadeBundle,
  way: Way,
  use: (bundle: VerifiedBundle) => Promise<void>,
): Promise<void> {
  const trust = { keys: [parsePublicKey(publicKeyPem, 'test.pub')], threshold: 1 };
  await asFileOrPipe(bytes, way, async (source) => {
    await using input =
      typeof source === 'string' ? await openFileInput(source) : pipeInput(source);
    await use(await openBundle(input, trust));
  });
}

function request(bundle: VerifiedBundle, { connect }: Pick<MemoryRegistry, 'connect'>) {
  const destination = { registry: 'registry.example.com', prefix: 'to' };
  return { bundle, destination, mapping: {}, connect };
}

/** A bundle that assumes the layers of its image to be there. */
function deltaOf(image: TinyImage): HandmadeOptions {
  const [layer] = image.contents;
  if (layer === undefined) throw new Error('expected an image with a layer');
  const { digest, size, mediaType } = layer.content;
  return {
    images: [{ image }],
    contents: (all) =>
      all.filter(({ path }) => path !== 'manifest.json' && !path.endsWith(digest.slice(7))),
    list: (list) => ({
      ...list,
      kind: 'delta',
      base: { bundle: `sha256:${'b'.repeat(64)}`, sequence: 7 },
      assumed: [{ digest, size, mediaType }],
    }),
  };
}

describe('importing a delta', () => {
  it('stops before the first push when what it assumes is not there', async () => {
    const image = await tinyImage();
    const registry = new MemoryRegistry();

    await opened(await handmadeBundle(deltaOf(image)), 'a pipe', async (bundle) => {
      await expect(importBundle(request(bundle, registry))).rejects.toMatchObject({
        code: 'IMPORT_ASSUMED_MISSING',
        message: expect.stringContaining(image.contents[0]?.content.digest ?? 'none') as unknown,
        hint: expect.stringContaining(`sha256:${'b'.repeat(64)}, sequence 7`) as unknown,
      });
    });

    expect(registry.connect('to/app').stored).toEqual([]);
  });

  it.each(bothWays)('adds what is new to what is there, from %s', async (way) => {
    const image = await tinyImage();
    const registry = new MemoryRegistry();
    const target = registry.connect('to/app');
    const [layer] = image.contents;
    if (layer === undefined) throw new Error('expected a layer');
    await target.push(layer.content, async () => Readable.from([layer.bytes]));

    await opened(await handmadeBundle(deltaOf(image)), way, async (bundle) => {
      await importBundle(request(bundle, registry));
    });

    for (const { content } of image.contents) expect(await target.exists(content)).toBe(true);
    expect(target.written).toEqual(['1.0']);
  });
});
