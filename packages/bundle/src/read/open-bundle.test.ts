/** What an honest bundle gives, from a file and from a pipe. */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  testSigner,
  tinyImage,
  tinyReferrer,
  type HandmadeImage,
} from '@sallyport/testing';
import { digestOf } from 'oras-js';
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
    { image: several, tags: ['6', '6.1', 'latest'], referrers: [tinyReferrer(several.root)] },
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
      .flatMap(({ image, referrers = [] }) => [image, ...referrers])
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
