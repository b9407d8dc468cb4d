import { describe, expect, it } from '@jest/globals';
import { openBundle, openFileInput, parsePublicKey, pipeInput } from '@sallyport/bundle';
import {
  asFileOrPipe,
  handmadeBundle,
  refusalText,
  startRegistry,
  tinyImage,
  type TinyImageOptions,
  type Way,
} from '@sallyport/testing';
import { RegistryClient } from 'oras-js';
import { importBundle, type ImportOptions } from './import-bundle.js';

const lost = refusalText('MANIFEST_BLOB_UNKNOWN');

/** Imports into a registry that refuses the first manifest because it has lost a blob. */
async function importInto(
  host: string,
  way: Way,
  options: ImportOptions = {},
  made: TinyImageOptions = {},
) {
  const image = await tinyImage(made);
  const { bytes, publicKeyPem } = await handmadeBundle({ images: [{ image }] });
  const trust = { keys: [parsePublicKey(publicKeyPem, 'test.pub')], threshold: 1 };
  await using client = new RegistryClient();
  const connect = (repository: string) => client.repository(host, repository);
  await asFileOrPipe(bytes, way, async (source) => {
    await using input =
      typeof source === 'string' ? await openFileInput(source) : pipeInput(source);
    const bundle = await openBundle(input, trust);
    const destination = { registry: host, prefix: 'to' };
    await importBundle({ bundle, destination, mapping: {}, connect }, options);
  });
  return image;
}

describe('importing into a registry that loses blobs', () => {
  it('sends them once more from a file, and ends right', async () => {
    await using registry = await startRegistry();
    registry.answers(400, { to: /^PUT .*\/manifests\//, times: 1, body: lost });

    const image = await importInto(registry.host, 'a file');

    const uploads = registry.requests.filter(
      ({ method, path }) => method === 'PUT' && path.includes('/uploads/'),
    );
    expect(uploads).toHaveLength(4);
    expect(await registry.store.exists(image.root)).toBe(true);
  });

  it('says what the registry said when the bundle came through a pipe, and writes no tag', async () => {
    await using registry = await startRegistry();
    registry.answers(400, { to: /^PUT .*\/manifests\//, times: 1, body: lost });

    await expect(importInto(registry.host, 'a pipe')).rejects.toMatchObject({
      code: 'REGISTRY_BLOB_UNKNOWN',
    });
    const puts = registry.requests.filter(
      ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
    );
    expect(puts).toHaveLength(1);
  });

  it('finds out that the layer of a platform is lost which no proof looks at', async () => {
    await using registry = await startRegistry();
    const platforms = ['linux/amd64', 'linux/arm64'];
    const image = await importInto(registry.host, 'a file', {}, { platforms });
    const layers = image.contents.filter(({ content }) => content.mediaType.includes('layer'));
    const digest = layers[1]?.content.digest ?? '';
    const before = registry.requests.length;
    registry.answers(404, { to: new RegExp(`^HEAD .*/blobs/${digest}`), times: 1 });

    await importInto(registry.host, 'a file', {}, { platforms });

    const uploads = registry.requests
      .slice(before)
      .filter(({ method, path }) => method === 'PUT' && path.includes('/uploads/'));
    expect(uploads.map(({ path }) => decodeURIComponent(path).split('digest=')[1])).toEqual([
      digest,
    ]);
  });

  it('says that the registry only says that it has a layer', async () => {
    await using registry = await startRegistry();
    const image = await importInto(registry.host, 'a file');
    const [layer] = image.contents;
    registry.answers(404, {
      to: new RegExp(`^GET .*/blobs/${layer?.content.digest}`),
      times: Infinity,
    });

    await expect(importInto(registry.host, 'a file')).rejects.toMatchObject({
      code: 'IMPORT_NOT_PULLABLE',
      hint: expect.stringContaining('restart the registry') as unknown,
    });
  });

  for (const [way, isUnproven] of [
    ['a file', false],
    ['a file', true],
    ['a pipe', false],
  ] as const) {
    const how = `${way}${isUnproven ? ', without the proof at the end' : ''}`;
    it(`finds out when it says by its manifest that an image is there, from ${how}`, async () => {
      await using registry = await startRegistry();
      const image = await importInto(registry.host, way);
      const [layer] = image.contents.filter(({ content }) => content.mediaType.includes('layer'));
      const digest = layer?.content.digest ?? '';
      const before = registry.requests.length;
      // Until it was sent again: asked by the proof and by the upload from a file, by the upload alone otherwise.
      registry.answers(404, {
        to: new RegExp(`^HEAD .*/blobs/${digest}`),
        times: way === 'a file' && !isUnproven ? 2 : 1,
      });

      await importInto(registry.host, way, { isUnproven });

      const uploads = registry.requests
        .slice(before)
        .filter(({ method, path }) => method === 'PUT' && path.includes('/uploads/'));
      expect(uploads.map(({ path }) => decodeURIComponent(path).split('digest=')[1])).toEqual([
        digest,
      ]);
    });
  }
});
