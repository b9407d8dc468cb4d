/** What other tools find in a bundle: names and images as they read them. */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeHost,
  json,
  imageOf,
  tinyImage,
  tinyReferrer,
  type HandmadeImage,
} from '@sallyport/testing';
import { mediaTypes } from 'oras-js';
import { readDocument } from '../graph/documents.js';
import { plannedBundle } from '../test-bundles/planning.test.js';
import { layoutDocuments } from './layout-documents.js';

async function documentsOf(images: readonly HandmadeImage[], kind: 'full' | 'delta' = 'full') {
  const { plan } = await plannedBundle(images);
  const made = layoutDocuments(plan, plan.documents, kind);
  const read = (path: string): unknown => {
    const bytes = made.find((document) => document.path === path)?.bytes;
    return bytes && (JSON.parse(String(bytes)) as unknown);
  };
  return {
    paths: made.map(({ path }) => path),
    index: read('index.json'),
    docker: read('manifest.json'),
  };
}

describe('naming images for other tools', () => {
  it('lists an image once for each tag, under its full name', async () => {
    const image = await tinyImage();
    const { index } = await documentsOf([{ image, tags: ['6', '6.1'] }]);
    const named = (name: string): object => ({
      ...image.root,
      annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name },
    });
    expect(index).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [named(`${handmadeHost}/team/app:6`), named(`${handmadeHost}/team/app:6.1`)],
    });
  });

  it('lists an image without tag, and referrers by tag or without', async () => {
    const image = await tinyImage();
    const [sbom, signature] = [tinyReferrer(image.root), tinyReferrer(image.root, { text: 's' })];
    const { index } = await documentsOf([
      { image, tags: [], referrers: [{ image: sbom }, { image: signature, tag: 'sha256-1.sig' }] },
    ]);
    const artifactType = 'application/vnd.example.sbom';
    const name = `${handmadeHost}/team/app:sha256-1.sig`;
    expect(index).toMatchObject({
      manifests: [
        image.root,
        { ...sbom.root, artifactType },
        {
          ...signature.root,
          artifactType,
          annotations: { 'org.opencontainers.image.ref.name': name },
        },
      ],
    });
  });

  it('leaves out the host when no source says where an image is from', async () => {
    const { plan } = await plannedBundle();
    const [, index] = layoutDocuments({ ...plan, sources: [] }, plan.documents, 'full');
    expect(String(index?.bytes)).toContain('"org.opencontainers.image.ref.name":"team/app:1.0"');
  });
});

describe('choosing what docker load gets', () => {
  it('is linux/amd64 where that is carried', async () => {
    const image = await tinyImage({ platforms: ['linux/arm64', 'linux/amd64'] });
    const amd64 = await tinyImage();
    const { docker } = await documentsOf([{ image }]);
    expect(docker).toEqual([
      {
        Config: pathOf(amd64, 1),
        RepoTags: [`${handmadeHost}/team/app:1.0`],
        Layers: [pathOf(amd64, 0)],
      },
    ]);
  });

  it('is otherwise the first platform of the index', async () => {
    const image = await tinyImage({ platforms: ['linux/s390x', 'linux/arm64'] });
    const { docker } = await documentsOf([{ image }]);
    expect(docker).toMatchObject([
      { Config: pathOf(await tinyImage({ platforms: ['linux/s390x'] }), 1) },
    ]);
  });

  it('is nothing for what is no container image', async () => {
    const image = await tinyImage();
    const [, config] = image.contents;
    const foreign = {
      ...image.contents[0]?.content,
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    };
    const attestation = {
      ...image.contents[0]?.content,
      mediaType: 'application/vnd.in-toto+json',
    };
    const shaped = (layers: readonly object[]): HandmadeImage['image'] =>
      imageOf([
        ...image.contents.slice(0, 2),
        json(mediaTypes.ociManifest, { schemaVersion: 2, config: config?.content, layers }),
      ]);
    const { plan } = await plannedBundle([{ image }]);
    for (const each of [
      tinyReferrer(image.root),
      shaped([]),
      shaped([foreign]),
      shaped([attestation]),
    ]) {
      const { digest } = each.root;
      const images = plan.images.map((one) => ({ ...one, ...each.root, platforms: [{ digest }] }));
      const bytes = each.contents.at(-1)?.bytes ?? Buffer.alloc(0);
      const documents = new Map([[digest, readDocument(each.root, bytes)]]);
      const docker = layoutDocuments({ images, sources: [] }, documents, 'full').at(-1);
      expect(String(docker?.bytes)).toBe('[]');
    }
  });

  it('is nothing at all in a delta, which is no whole archive', async () => {
    const { paths } = await documentsOf([{ image: await tinyImage() }], 'delta');
    expect(paths).toEqual(['oci-layout', 'index.json']);
  });

  function pathOf({ contents }: HandmadeImage['image'], index: number): string {
    return `blobs/sha256/${contents[index]?.content.digest.slice(7) ?? ''}`;
  }
});
