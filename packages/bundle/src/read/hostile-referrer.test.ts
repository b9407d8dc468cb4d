/** Signatures, SBOMs and foreign layers that are not what the list says of them. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  handmadeBundle,
  imageOf,
  json,
  tinyImage,
  tinyReferrer,
  type HandmadeList,
  type TinyContent,
  type TinyImage,
} from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { provePipe } from '../test-bundles/proving.test.js';
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

  it('refuses a referrer of another image', async () => {
    const [image, other] = [await tinyImage(), await tinyImage({ seed: 'other' })];
    const images = [{ image, referrers: [{ image: tinyReferrer(other.root) }] }];
    expect(await refusalOfSigned({ images })).toMatch(
      new RegExp(`^BUNDLE_CONTENT_MISMATCH: .* refer to team/app@.* found ${other.root.digest}`),
    );
  });

  it('refuses a referrer of another image of the same bundle', async () => {
    const [image, other] = [await tinyImage(), await tinyImage({ seed: 'other' })];
    const images = [
      { image, referrers: [{ image: tinyReferrer(other.root) }] },
      { image: other, repository: 'team/other' },
    ];
    expect(await refusalOfSigned({ images })).toMatch(/^BUNDLE_CONTENT_MISMATCH: .* refer to/);
  });

  it('refuses a referrer of a child that is not carried', async () => {
    const { contents, root } = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const [child] = contents.filter(({ content }) => content.mediaType === mediaTypes.ociManifest);
    const image = imageOf(contents.filter((each) => each !== child));
    expect(image.root).toEqual(root);
    const images = [{ image, referrers: [{ image: tinyReferrer(child?.content ?? root) }] }];
    expect(await refusalOfSigned({ images })).toMatch(/^BUNDLE_CONTENT_MISMATCH: .* refer to/);
  });

  it('takes those of the root, of a child, of a referrer, and one that names nothing', async () => {
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const [child] = image.contents.filter(({ content }) => /manifest/.test(content.mediaType));
    const first = tinyReferrer(image.root);
    const tag = `sha256-${image.root.digest.slice(7)}.sig`;
    const referrers = [
      { image: tinyReferrer(first.root, { artifactType: 'application/example.signature' }) },
      { image: first },
      { image: tinyReferrer(child?.content ?? image.root) },
      { image: await tinyImage({ seed: 'signature' }), tag },
    ];
    const bundle = await handmadeBundle({ images: [{ image, referrers }] });
    expect((await provePipe(bundle)).bundle.manifest.images[0]?.referrers).toHaveLength(4);
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
