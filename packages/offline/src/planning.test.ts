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
  handmadeBundle,
  MemoryRegistry,
  tinyImage,
  type HandmadeBundle,
  type Way,
} from '@sallyport/testing';
import { importBundle, planImport } from './import-bundle.js';

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

describe('planning an import', () => {
  it('says what each tag points to, and writes nothing', async () => {
    const before = await tinyImage({ seed: 'before' });
    const image = await tinyImage();
    const made = await handmadeBundle({ images: [{ image, tags: ['1.0', '2.0'] }] });
    const registry = new MemoryRegistry();
    const target = registry.connect('to/app');
    await before.pushTo(target, '1.0');
    const stored = target.stored.length;

    await opened(made, 'a file', async (bundle) => {
      const { images } = await planImport(request(bundle, registry));

      expect(images[0]?.tags).toEqual([
        { tag: '1.0', before: before.root.digest },
        { tag: '2.0', before: undefined },
      ]);
    });

    expect(target.stored).toHaveLength(stored);
    expect(target.written).toEqual(['1.0']);
  });

  it('refuses two images under one name before it asks the registry anything', async () => {
    const images = [
      { image: await tinyImage({ seed: 'a' }), repository: 'a/app' },
      { image: await tinyImage({ seed: 'b' }), repository: 'b/app' },
    ];
    const registry = new MemoryRegistry();

    await opened(await handmadeBundle({ images }), 'a file', async (bundle) => {
      await expect(planImport(request(bundle, registry))).rejects.toMatchObject({
        code: 'IMPORT_NAME_CONFLICT',
        hint: expect.stringContaining('--keep-path') as unknown,
      });
    });

    expect([...registry.repositories.keys()]).toEqual([]);
  });

  it('lets one image go under one name twice', async () => {
    const image = await tinyImage();
    const images = ['a/app', 'b/app'].map((repository) => ({ image, repository }));
    const registry = new MemoryRegistry();

    await opened(await handmadeBundle({ images }), 'a file', async (bundle) => {
      await importBundle(request(bundle, registry));
    });

    const { digest } = await registry.connect('to/app').resolve('1.0');
    expect(digest).toBe(image.root.digest);
  });
});
