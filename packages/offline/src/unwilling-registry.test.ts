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
  MemoryRepository,
  tinyImage,
  type HandmadeBundle,
  type MemoryRegistry,
  type TinyImage,
  type Way,
} from '@sallyport/testing';
import { RegistryError, type Descriptor } from 'oras-js';
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

/** Takes everything and keeps nothing of `lost`. */
class LosingRepository extends MemoryRepository {
  readonly lost = new Set<string>();

  override async exists(content: Descriptor): Promise<boolean> {
    return !this.lost.has(content.digest) && (await super.exists(content));
  }
}

/** Takes no index whose children are not all there. */
class StrictRepository extends MemoryRepository {
  override async push(...[content, open, options]: Parameters<MemoryRepository['push']>) {
    if (/index|list/.test(content.mediaType)) {
      throw new RegistryError('REGISTRY_BLOB_UNKNOWN', 'children are missing', {
        host: 'registry.example.com',
        operation: 'pushing an index',
      });
    }
    await super.push(content, open, options);
  }
}

describe('importing into a registry that loses content', () => {
  it('does not claim that the image can be pulled', async () => {
    const image = await tinyImage();
    const target = new LosingRepository();
    target.lost.add(image.contents[0]?.content.digest ?? 'none');

    await opened(await handmadeBundle({ images: [{ image }] }), 'a file', async (bundle) => {
      const importing = importBundle(request(bundle, { connect: () => target }));

      await expect(importing).rejects.toMatchObject({
        code: 'IMPORT_NOT_PULLABLE',
        hint: expect.stringContaining('loses content') as unknown,
      });
    });
  });
});

describe('importing part of an index into a strict registry', () => {
  const platforms = ['linux/amd64', 'linux/arm64', 'linux/s390x'];

  function only(image: TinyImage, count: number): TinyImage {
    // Of each platform a layer, a config and a manifest; the index comes last.
    return {
      ...image,
      contents: [...image.contents.slice(0, 3 * count), ...image.contents.slice(-1)],
    };
  }

  it('tags the one carried platform in place of the index', async () => {
    const image = await tinyImage({ platforms });
    const target = new StrictRepository();

    const made = await handmadeBundle({ images: [{ image: only(image, 1) }] });
    await opened(made, 'a file', async (bundle) => {
      const report = await importBundle(request(bundle, { connect: () => target }));

      expect(report.images).toMatchObject([
        { inPlaceOf: image.root.digest, root: image.contents[2]?.content },
      ]);
    });

    const { digest } = await target.resolve('1.0');
    expect(digest).toBe(image.contents[2]?.content.digest);
  });

  it('writes no tag when several platforms are carried', async () => {
    const image = await tinyImage({ platforms });
    const target = new StrictRepository();

    const made = await handmadeBundle({ images: [{ image: only(image, 2) }] });
    await opened(made, 'a file', async (bundle) => {
      await expect(importBundle(request(bundle, { connect: () => target }))).rejects.toMatchObject({
        code: 'IMPORT_PARTIAL_INDEX_REFUSED',
      });
    });

    expect(target.written).toEqual([]);
  });

  it('does not take the refusal of a whole index for a partial one', async () => {
    const image = await tinyImage({ platforms });
    const target = new StrictRepository();

    await opened(await handmadeBundle({ images: [{ image }] }), 'a file', async (bundle) => {
      await expect(importBundle(request(bundle, { connect: () => target }))).rejects.toMatchObject({
        code: 'REGISTRY_BLOB_UNKNOWN',
      });
    });

    expect(target.written).toEqual([]);
  });
});
