/** Indexes that do not hold what the list says, or too much of each other. */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  imageOf,
  json,
  tinyImage,
  type HandmadeList,
  type TinyImage,
} from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { pipeOf, trusting } from '../test-bundles/proving.test.js';
import { refusalOfImage } from '../test-bundles/signed-images.test.js';
import { inImages, refusalOfSigned } from '../test-bundles/signed-lists.test.js';
import { openBundle } from './open-bundle.js';

describe('proving indexes', () => {
  it('refuses a platform that is not in the index', async () => {
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const platforms = [{ digest: digestOf('another'), platform: 'linux/amd64' }];
    expect(await refusalOfSigned({ images: [{ image }], list: inImages({ platforms }) })).toMatch(
      /^BUNDLE_CONTENT_MISMATCH.*the platforms of team\/app/,
    );
  });

  it('refuses a child that is carried but not named', async () => {
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const list = (whole: HandmadeList): object => ({
      ...whole,
      images: whole.images.map((each) => ({
        ...each,
        platforms: (each['platforms'] as object[]).slice(0, 1),
      })),
    });
    expect(await refusalOfSigned({ images: [{ image }], list })).toMatch(
      /^BUNDLE_CONTENT_MISMATCH:/,
    );
  });

  it.each<readonly [what: string, fields: object]>([
    ['another size', { size: 1 }],
    ['another media type', { mediaType: mediaTypes.dockerManifest }],
  ])('refuses a child with %s than the child has', async (_what, fields) => {
    const image = await tinyImage();
    const index = json(mediaTypes.ociIndex, {
      schemaVersion: 2,
      manifests: [{ ...image.root, ...fields }],
    });
    expect(await refusalOfImage(imageOf([...image.contents, index]))).toMatch(
      /^BUNDLE_CONTENT_MISMATCH.*expected sha256:/,
    );
  });

  it('refuses a child that whoever pulls the index would fetch from elsewhere', async () => {
    const image = await tinyImage();
    const index = json(mediaTypes.ociIndex, {
      schemaVersion: 2,
      manifests: [{ ...image.root, urls: ['http://127.0.0.1:9/manifest'] }],
    });
    expect(await refusalOfImage(imageOf([...image.contents, index]))).toMatch(
      /^MANIFEST_UNSUPPORTED: .*found urls/,
    );
  });

  it('takes indexes four deep and refuses the fifth', async () => {
    const four = nested(await tinyImage(), 4);
    const made = await handmadeBundle({ images: [{ image: four }] });
    await expect(
      openBundle(pipeOf(made.bytes), trusting(made.publicKeyPem)),
    ).resolves.toBeDefined();
    expect(await refusalOfImage(nested(four, 1))).toMatch(/^BUNDLE_LIMIT:/);
  });

  it('walks what is named a thousand times once', async () => {
    const tiny = await tinyImage();
    const often = nested(nested(nested(tiny, 1, 1000), 1, 1000), 1, 1000);
    const made = await handmadeBundle({ images: [{ image: nested(often, 1) }] });
    const bundle = await openBundle(pipeOf(made.bytes), trusting(made.publicKeyPem));
    expect(bundle.manifest.images.flatMap((image) => bundle.documentsOf(image))).toHaveLength(5);
  });

  function nested(image: TinyImage, times: number, mentions = 1): TinyImage {
    if (times === 0) return image;
    const index = json(mediaTypes.ociIndex, {
      schemaVersion: 2,
      manifests: Array<object>(mentions).fill(image.root),
    });
    return nested(imageOf([...image.contents, index]), times - 1, mentions);
  }
});
