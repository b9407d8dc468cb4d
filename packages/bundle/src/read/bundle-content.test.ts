/** Reading single blobs out of a proven bundle file, as a registry does that serves it. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, tempDir, tinyImage, type TinyImage } from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, parseManifest, readContent } from 'oras-js';
import { pipeOf, trusting } from '../test-bundles/proving.test.js';
import type { BundleContent } from './bundle-content.js';
import { openFileInput } from './file-input.js';
import { openBundle } from './open-bundle.js';

async function withContent(
  check: (content: BundleContent, image: TinyImage) => Promise<void>,
): Promise<void> {
  await using dir = await tempDir();
  const file = join(dir.path, 'b.tar');
  const image = await tinyImage({
    layerBytes: [700, 20],
    platforms: ['linux/amd64', 'linux/arm64'],
  });
  const made = await handmadeBundle({ images: [{ image, tags: ['1', '1.0'] }] });
  await writeFile(file, made.bytes);
  await using input = await openFileInput(file);
  const bundle = await openBundle(input, trusting(made.publicKeyPem));
  const content = bundle.asContent();
  if (content === undefined) throw new Error('expected content to read from');
  await check(content, image);
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('reading from a bundle file', () => {
  it('gives every blob and manifest as it was', async () => {
    await withContent(async (content, image) => {
      for (const { content: expected, bytes } of image.contents) {
        expect(await readContent(content, expected)).toEqual(bytes);
      }
    });
  });

  it('finds an image by each tag and by digest', async () => {
    await withContent(async (content, image) => {
      for (const name of ['team/app:1', 'team/app:1.0', image.root.digest]) {
        const root = await content.resolve(name);
        expect(root).toEqual(image.root);
        expect(parseManifest(await readContent(content, root), root).kind).toBe('index');
      }
      expect(await collected(content.tags())).toEqual(['team/app:1', 'team/app:1.0']);
    });
  });

  it('gives the part of a blob that is asked for, and nothing behind its end', async () => {
    await withContent(async (content, image) => {
      const layer = image.contents[0];
      if (layer === undefined) throw new Error('expected a layer');
      const part = async (start?: number, end?: number): Promise<Buffer> =>
        Buffer.concat(await collected(await content.fetch(layer.content, { start, end })));
      expect(await part(10, 20)).toEqual(layer.bytes.subarray(10, 20));
      expect(await part(layer.bytes.length - 5)).toEqual(layer.bytes.subarray(-5));
      expect(await part(0, layer.bytes.length + 600)).toEqual(layer.bytes);
      expect(await part(layer.bytes.length + 1)).toHaveLength(0);
    });
  });

  it('says of other names and content that they are not there', async () => {
    await withContent(async (content, image) => {
      const absent = { mediaType: 'a/b', digest: digestOf('absent'), size: 6 };
      await expect(content.resolve('team/app:2')).rejects.toMatchObject({
        code: 'CONTENT_NOT_FOUND',
      });
      await expect(content.fetch(absent)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
      expect(await content.exists(absent)).toBe(false);
      expect(await content.exists(image.root)).toBe(true);
      const reason = new Error('interrupted');
      await expect(collected(content.tags({ signal: AbortSignal.abort(reason) }))).rejects.toBe(
        reason,
      );
    });
  });
});

describe('reading from a bundle in a pipe', () => {
  it('is not offered: what went by is gone', async () => {
    const made = await handmadeBundle();
    const bundle = await openBundle(pipeOf(made.bytes), trusting(made.publicKeyPem));
    expect(bundle.asContent()).toBeUndefined();
  });
});
