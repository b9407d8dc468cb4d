/** Signatures, SBOMs and foreign layers that are not what the list says of them. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  imageOf,
  json,
  tinyImage,
  tinyReferrer,
  type HandmadeList,
  type TinyContent,
  type TinyImage,
} from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { refusalOfImage } from '../test-bundles/signed-images.test.js';
import { inImages, refusalOfSigned } from '../test-bundles/signed-lists.test.js';

describe('proving what is carried along with an image', () => {
  it.each<readonly [what: string, fields: object]>([
    ['another size', { size: 1 }],
    ['another media type', { mediaType: mediaTypes.dockerManifest }],
    ['another digest', { digest: digestOf('another') }],
  ])('refuses a referrer with %s', async (_what, fields) => {
    const image = await tinyImage();
    const referrers = [{ image: tinyReferrer(image.root) }];
    const list = (whole: HandmadeList): object => ({
      ...whole,
      images: whole.images.map((each) => ({
        ...each,
        referrers: (each['referrers'] as object[]).map((referrer) => ({ ...referrer, ...fields })),
      })),
    });
    expect(await refusalOfSigned({ images: [{ image, referrers }], list })).toMatch(
      /^BUNDLE_CONTENT_MISMATCH:/,
    );
  });

  it('refuses a referrer that the list does not name', async () => {
    const image = await tinyImage();
    const images = [{ image, referrers: [{ image: tinyReferrer(image.root) }] }];
    expect(await refusalOfSigned({ images, list: inImages({ referrers: [] }) })).toMatch(
      /^BUNDLE_CONTENT_MISMATCH:/,
    );
  });

  it('refuses a non-distributable layer that is carried all the same', async () => {
    const image = await foreignLayerImage(true);
    expect(await refusalOfImage(image)).toMatch(/^BUNDLE_CONTENT_MISMATCH:/);
  });

  async function foreignLayerImage(isCarried: boolean): Promise<TinyImage> {
    const { contents } = await tinyImage({ docker: true });
    const foreign = contentOf(
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      Buffer.from('licensed'),
    );
    const [layer, config] = contents;
    const manifest = json(mediaTypes.dockerManifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: config?.content,
      layers: [{ ...foreign.content, urls: ['http://127.0.0.1:9/licensed'] }, layer?.content],
    });
    return imageOf([
      ...contents.slice(0, 2),
      ...(isCarried ? [foreign] : []),
      manifest,
    ] as TinyContent[]);
  }
});
