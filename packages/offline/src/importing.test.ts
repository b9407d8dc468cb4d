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
  MemoryRepository,
  tinyImage,
  type HandmadeBundle,
  type TinyImage,
  type Way,
} from '@sallyport/testing';
import { importBundle } from './import-bundle.js';
import type { ImportEvent } from './import-event.js';

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

async function expectWhole(target: MemoryRepository, { contents }: TinyImage): Promise<void> {
  for (const { content } of contents) {
    expect({ content, isThere: await target.exists(content) }).toEqual({ content, isThere: true });
  }
}

describe('importing into an empty registry', () => {
  it.each(bothWays)('stores blobs, then manifests, and tags last, from %s', async (way) => {
    const images = [await tinyImage({ seed: 'a' }), await tinyImage({ seed: 'b' })];
    const [a, b] = images.map((image, at) => ({ image, repository: `team/app${at}` }));
    const made = await handmadeBundle({ images: [a, b].flatMap((each) => each ?? []) });
    const registry = new MemoryRegistry();
    const events: ImportEvent[] = [];

    await opened(made, way, async (bundle) => {
      const onEvent = (event: ImportEvent) => events.push(event);
      const report = await importBundle(request(bundle, registry), { onEvent });

      expect(report.images.map(({ repository }) => repository)).toEqual(['to/app0', 'to/app1']);
      expect(report.blobs.every(({ outcome }) => outcome === 'pushed')).toBe(true);
    });

    const order = events.map(({ type }) => type).filter((type) => type !== 'bytes');
    expect(order.indexOf('tagged')).toBeGreaterThan(order.lastIndexOf('blob-done'));
    for (const [at, image] of images.entries()) {
      const target = registry.connect(`to/app${at}`);
      await expectWhole(target, image);
      expect(target.stored.at(-1)?.digest).toBe(image.root.digest);
      expect(target.written).toEqual(['1.0']);
    }
  });

  it.each(bothWays)(
    'gives the second repository its blobs from the first, from %s',
    async (way) => {
      const image = await tinyImage({ layerBytes: [70_000, 5] });
      const made = await handmadeBundle({
        images: [
          { image, repository: 'team/first' },
          { image, repository: 'team/second' },
        ],
      });
      const registry = new MemoryRegistry();

      await opened(made, way, async (bundle) => {
        await importBundle(request(bundle, registry));
      });

      const [first, second] = [registry.connect('to/first'), registry.connect('to/second')];
      await expectWhole(first, image);
      await expectWhole(second, image);
      const blobs = second.stored.filter(({ digest }) => digest !== image.root.digest);
      expect(blobs).toHaveLength(image.contents.length - 1);
      expect(blobs.every(({ mountFrom }) => mountFrom === 'to/first')).toBe(true);
      expect(first.stored.every(({ mountFrom }) => mountFrom === undefined)).toBe(true);
    },
  );
});

describe('importing what is there already', () => {
  it.each(bothWays)('sends nothing and writes no tag, from %s', async (way) => {
    const image = await tinyImage();
    const made = await handmadeBundle({ images: [{ image }] });
    const registry = new MemoryRegistry();
    const target = registry.connect('to/app');
    await image.pushTo(target, '1.0');
    target.stored.length = 0;
    target.written.length = 0;

    await opened(made, way, async (bundle) => {
      const report = await importBundle(request(bundle, registry));

      expect(report.blobs.map(({ outcome }) => outcome)).toEqual(['present', 'present']);
      expect(report.images[0]?.tags).toEqual([
        { tag: '1.0', before: image.root.digest, isWritten: false },
      ]);
    });

    expect(target.stored).toEqual([]);
    expect(target.written).toEqual([]);
  });

  it('moves a tag from another image and says from which', async () => {
    const [before, image] = [await tinyImage({ seed: 'before' }), await tinyImage()];
    const made = await handmadeBundle({ images: [{ image }] });
    const registry = new MemoryRegistry();
    await before.pushTo(registry.connect('to/app'), '1.0');

    await opened(made, 'a file', async (bundle) => {
      const { images } = await importBundle(request(bundle, registry));

      const tags = [{ tag: '1.0', before: before.root.digest, isWritten: true }];
      expect(images[0]?.tags).toEqual(tags);
    });

    expect((await registry.connect('to/app').resolve('1.0')).digest).toBe(image.root.digest);
  });

  it('still proves a blob that it does not send', async () => {
    const image = await tinyImage();
    const made = await handmadeBundle({ images: [{ image }] });
    const { contentAt = 0 } = made.entries.at(-1) ?? {};
    made.bytes[contentAt] = (made.bytes[contentAt] ?? 0) ^ 1;
    const registry = new MemoryRegistry();
    await image.pushTo(registry.connect('to/app'), 'other');

    await opened(made, 'a pipe', async (bundle) => {
      await expect(importBundle(request(bundle, registry))).rejects.toMatchObject({
        code: 'CONTENT_DIGEST_MISMATCH',
      });
    });

    expect(registry.connect('to/app').written).toEqual(['other']);
  });
});
