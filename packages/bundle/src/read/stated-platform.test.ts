/** Signed lists that name a platform which the image is not for. */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  imageOf,
  json,
  tinyImage,
  type HandmadeBundle,
  type TinyImage,
} from '@sallyport/testing';
import { mediaTypes } from 'oras-js';
import { proveFile, provePipe, refusalOf } from '../test-bundles/proving.test.js';
import { inImages } from '../test-bundles/signed-lists.test.js';

/** An image whose list says that it is for this platform. */
async function stating(platform: string, image: TinyImage): Promise<HandmadeBundle> {
  const { digest } = image.root;
  return await handmadeBundle({
    images: [{ image }],
    list: inImages({ platforms: [{ digest, platform }] }),
  });
}

/** An image without an index, with this config. */
function withConfig(fields: object, configType: string = mediaTypes.ociConfig): TinyImage {
  const config = json(configType, { ...fields, rootfs: { type: 'layers', diff_ids: [] } });
  const mediaType = mediaTypes.ociManifest;
  const manifest = { schemaVersion: 2, mediaType, config: config.content, layers: [] };
  return imageOf([config, json(mediaType, manifest)]);
}

const arm = { os: 'linux', architecture: 'arm64' };

async function expectTaken(bundle: HandmadeBundle): Promise<void> {
  const [file, pipe] = [await proveFile(bundle), await provePipe(bundle)];
  const { entries } = file.bundle.manifest;
  for (const { blobs } of [file, pipe]) {
    for (const [digest, bytes] of blobs)
      expect(entries.find((entry) => entry.digest === digest)?.size).toBe(bytes.byteLength);
  }
  expect([...file.blobs.keys()].sort()).toEqual([...pipe.blobs.keys()].sort());
}

describe('stating the platform of an image without an index', () => {
  it.each([
    ['another system', 'windows/amd64', { os: 'linux', architecture: 'amd64' }],
    ['another architecture', 'linux/amd64', arm],
    ['another variant', 'linux/arm/v6', { os: 'linux', architecture: 'arm', variant: 'v7' }],
    ['another architecture where the system is not said', 'linux/amd64', { ...arm, os: '' }],
  ])('is refused for %s than its config says', async (_what, platform, fields) => {
    expect(await refusalOf(await stating(platform, withConfig(fields)))).toMatch(
      new RegExp(`^BUNDLE_CONTENT_MISMATCH: expected team/app@.* to be for ${platform}, .* found`),
    );
  });

  it("is refused for one of Docker's types likewise", async () => {
    const bundle = await stating('linux/arm64', await tinyImage({ docker: true }));
    expect(await refusalOf(bundle)).toMatch(/^BUNDLE_CONTENT_MISMATCH: .* found a config for/);
  });

  it('is refused when two images of one config are said to be for two platforms', async () => {
    const image = withConfig(arm);
    const [config] = image.contents;
    const manifest = {
      ...(JSON.parse(String(image.contents.at(-1)?.bytes)) as object),
      annotations: { second: 'true' },
    };
    const second = imageOf([...(config ? [config] : []), json(mediaTypes.ociManifest, manifest)]);
    const platforms = [{ digest: image.root.digest, platform: 'linux/amd64' }];
    const bundle = await handmadeBundle({
      images: [{ image }, { image: second, repository: 'team/second' }],
      list: (list) => ({
        ...list,
        images: list.images.map((each, at) => (at === 0 ? { ...each, platforms } : each)),
      }),
    });
    expect(await refusalOf(bundle)).toMatch(/^BUNDLE_CONTENT_MISMATCH: expected team\/app@/);
  });

  it.each([
    ['the same', 'linux/arm64', arm],
    ['a variant that the config leaves out', 'linux/arm64/v8', arm],
    ['no variant where the config has one', 'linux/arm64', { ...arm, variant: 'v8' }],
    ['a platform where the config has none', 'linux/arm64', {}],
    ['a platform where the config has empty ones', 'linux/arm64', { os: '', architecture: '' }],
  ])('is taken for %s', async (_what, platform, fields) => {
    await expectTaken(await stating(platform, withConfig(fields)));
  });

  it('is taken for content whose config is not that of an image', async () => {
    await expectTaken(await stating('linux/amd64', withConfig(arm, 'application/vnd.example')));
  });

  it('may be left out', async () => {
    const image = withConfig(arm);
    const platforms = [{ digest: image.root.digest }];
    await expectTaken(await handmadeBundle({ images: [{ image }], list: inImages({ platforms }) }));
  });

  it('is left to the index where there is one', async () => {
    const inner = withConfig(arm);
    const mediaType = mediaTypes.ociIndex;
    const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    const attestation = { os: 'unknown', architecture: 'unknown' };
    const other = withConfig({ os: 'linux', architecture: 'amd64' });
    const manifests = [
      { ...inner.root, platform },
      { ...other.root, platform: attestation },
    ];
    const index = json(mediaType, { schemaVersion: 2, mediaType, manifests });
    const image = imageOf([...inner.contents, ...other.contents, index]);
    await expectTaken(await handmadeBundle({ images: [{ image }] }));
  });
});
