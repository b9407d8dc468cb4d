/** What an honest bundle gives, from a file and from a pipe. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  handmadeBundle,
  imageOf,
  json,
  testSigner,
  tinyImage,
  tinyReferrer,
  type HandmadeImage,
} from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import {
  pipeOf,
  proveFile,
  proveInput,
  provePipe,
  trusting,
} from '../test-bundles/proving.test.js';

async function variedImages(): Promise<readonly HandmadeImage[]> {
  const several = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64/v8'] });
  const docker = await tinyImage({ docker: true, layerBytes: [0, 511, 512], seed: 'docker' });
  return [
    {
      image: several,
      tags: ['6', '6.1', 'latest'],
      referrers: [{ image: tinyReferrer(several.root) }],
    },
    { image: docker, repository: 'team/docker' },
    { image: await tinyImage({ seed: 'untagged' }), repository: 'untagged', tags: [] },
  ];
}

describe('opening an honest bundle', () => {
  it('gives the same from a file and from a pipe', async () => {
    const made = await handmadeBundle({ images: await variedImages() });
    const file = await proveFile(made);
    const pipe = await provePipe(made);

    expect(pipe.bundle.manifest).toEqual(file.bundle.manifest);
    expect(pipe.bundle.digest).toBe(file.bundle.digest);
    expect(new Map([...pipe.blobs].sort())).toEqual(new Map([...file.blobs].sort()));
    for (const image of file.bundle.manifest.images) {
      expect(pipe.bundle.documentsOf(image)).toEqual(file.bundle.documentsOf(image));
    }
  });

  it('hands over every config and layer, each once and whole', async () => {
    const images = await variedImages();
    const { blobs } = await provePipe(await handmadeBundle({ images }));
    const expected = images
      .flatMap((each) => [each.image, ...(each.referrers ?? []).map(({ image }) => image)])
      .flatMap(({ contents }) => contents)
      .filter(({ content }) => !/manifest\.v|index\.v/.test(content.mediaType));
    expect([...blobs.keys()].sort()).toEqual(expected.map(({ content }) => content.digest).sort());
    for (const { content, bytes } of expected) expect(blobs.get(content.digest)).toEqual(bytes);
  });

  it('names the bundle by the hash of its list, and its signers', async () => {
    const signers = [testSigner(), testSigner()];
    const made = await handmadeBundle({ signers });
    const trust = trusting(...signers.map(({ publicKeyPem }) => publicKeyPem));
    const { bundle } = await proveInput(pipeOf(made.bytes), { ...trust, threshold: 2 });
    expect(bundle.digest).toBe(digestOf(made.list));
    expect(bundle.signers.map(({ hint }) => hint)).toEqual(signers.map(({ hint }) => hint));
    expect(bundle.fileBytes).toBe(made.bytes.byteLength);
  });

  it('gives an image its manifests exactly as they were, children before parents', async () => {
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const { bundle } = await provePipe(await handmadeBundle({ images: [{ image }] }));
    const documents = bundle.manifest.images.flatMap((each) => bundle.documentsOf(each));
    expect(documents.map(({ bytes }) => bytes)).toEqual(
      image.contents
        .filter(({ content }) => /manifest\.v|index\.v/.test(content.mediaType))
        .map(({ bytes }) => bytes),
    );
  });

  it.each([1, 7, 511, 512, 513])('does not mind chunks of %d bytes', async (chunkBytes) => {
    const { bytes, publicKeyPem } = await handmadeBundle();
    const { blobs } = await proveInput(pipeOf(bytes, chunkBytes), trusting(publicKeyPem));
    expect(blobs.size).toBe(3);
  });
});

describe('opening a bundle of unusual images', () => {
  it('takes an index of which one platform is carried', async () => {
    const whole = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const amd64 = await tinyImage({ platforms: ['linux/amd64'] });
    const sparse = imageOf([...amd64.contents, ...whole.contents.slice(-1)]);
    const { bundle, blobs } = await provePipe(
      await handmadeBundle({ images: [{ image: sparse }] }),
    );
    expect(bundle.manifest.images[0]?.platforms).toEqual([
      { digest: amd64.root.digest, platform: 'linux/amd64' },
    ]);
    expect(blobs.size).toBe(2);
  });

  it('does not carry layers that may not be shared, and keeps what the manifest says of them', async () => {
    const { contents } = await tinyImage();
    const licensed = contentOf(
      'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
      Buffer.from('licensed'),
    );
    const manifest = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: contents.at(-2)?.content,
      layers: [{ ...licensed.content, urls: ['http://127.0.0.1:9/layer'] }, contents[0]?.content],
    });
    const image = imageOf([...contents.slice(0, 2), manifest]);
    const { bundle, blobs } = await provePipe(await handmadeBundle({ images: [{ image }] }));
    expect(blobs.has(licensed.content.digest)).toBe(false);
    expect(bundle.manifest.images.flatMap((each) => bundle.documentsOf(each))).toEqual([
      expect.objectContaining({ bytes: manifest.bytes }),
    ]);
  });

  it('carries content once that is a config here and a layer there', async () => {
    const shared = json(mediaTypes.ociConfig, { architecture: 'amd64', os: 'linux' });
    const layered = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: shared.content,
      layers: [{ ...shared.content, mediaType: mediaTypes.ociLayer }],
    });
    const image = imageOf([shared, layered]);
    const { blobs } = await provePipe(await handmadeBundle({ images: [{ image }] }));
    expect([...blobs]).toEqual([[shared.content.digest, shared.bytes]]);
  });

  it('carries a layer once that two images share', async () => {
    const [one, two] = [await tinyImage(), await tinyImage({ docker: true })];
    const images = [{ image: one }, { image: two, repository: 'team/docker' }];
    const { bundle, blobs } = await provePipe(await handmadeBundle({ images }));
    expect(blobs.size).toBe(2);
    // The first media type met is the one that the entry says.
    expect(bundle.manifest.entries.at(-1)?.mediaType).toBe(mediaTypes.ociLayerGzip);
  });

  it('carries an artifact that is no container image, and leaves it out of manifest.json', async () => {
    const artifact = tinyReferrer((await tinyImage()).root);
    const made = await handmadeBundle({ images: [{ image: artifact }] });
    await expect(provePipe(made)).resolves.toBeDefined();
    expect(made.entries.find(({ name }) => name === 'manifest.json')?.bytes.toString()).toBe('[]');
  });

  it('takes an empty layer, and a bundle without any image', async () => {
    const { contents } = await tinyImage();
    const nothing = contentOf(mediaTypes.ociLayer, Buffer.alloc(0));
    const manifest = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: contents.at(-2)?.content,
      layers: [nothing.content],
    });
    const image = imageOf([nothing, ...contents.slice(-2, -1), manifest]);
    const { blobs } = await proveFile(await handmadeBundle({ images: [{ image }] }));
    expect(blobs.get(nothing.content.digest)).toEqual(nothing.bytes);
    await expect(proveFile(await handmadeBundle({ images: [] }))).resolves.toBeDefined();
  });
});
