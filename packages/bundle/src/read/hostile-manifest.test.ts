/** Manifests that contradict themselves, each other or their descriptor. */
import { describe, expect, it } from '@jest/globals';
import { contentOf, handmadeBundle, imageOf, json, tinyImage } from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { provePipe } from '../test-bundles/proving.test.js';
import {
  emptyContent,
  inConfig,
  inLayers,
  refusalOfImage,
  withManifest,
} from '../test-bundles/signed-images.test.js';
import { refusalOfSigned } from '../test-bundles/signed-lists.test.js';

describe('proving manifests', () => {
  const list = [{ mediaType: mediaTypes.ociManifest, digest: digestOf('x'), size: 1 }];

  it.each<readonly [what: string, change: (manifest: Record<string, unknown>) => object]>([
    ['that are an index at once', (manifest) => ({ ...manifest, manifests: list })],
    ['of schema 1', (manifest) => ({ ...manifest, schemaVersion: 1 })],
    [
      'with another mediaType inside',
      (manifest) => ({ ...manifest, mediaType: mediaTypes.dockerManifest }),
    ],
    ['without config', (manifest) => ({ ...manifest, config: undefined })],
    ['whose config is null', (manifest) => ({ ...manifest, config: null })],
    ['without layers', (manifest) => ({ ...manifest, layers: undefined })],
    ['whose layers are an object', (manifest) => ({ ...manifest, layers: {} })],
    ['with a layer of negative size', inLayers({ size: -1 })],
    ['with a layer whose size stands in quotes', inLayers({ size: '1' })],
    ['with a layer of half a byte', inLayers({ size: 0.5 })],
    ['with a layer beyond 2^53 bytes', inLayers({ size: 2 ** 53 })],
    ['with a layer without media type', inLayers({ mediaType: undefined })],
    ['with a layer without digest', inLayers({ digest: undefined })],
    ['with a layer that is null', (manifest) => ({ ...manifest, layers: [null] })],
    ['whose schemaVersion stands in quotes', (manifest) => ({ ...manifest, schemaVersion: '2' })],
    ['without schemaVersion', (manifest) => ({ ...manifest, schemaVersion: undefined })],
    ['whose mediaType is null', (manifest) => ({ ...manifest, mediaType: null })],
    ['whose subject is a text', (manifest) => ({ ...manifest, subject: digestOf('x') })],
    ['whose artifactType is a number', (manifest) => ({ ...manifest, artifactType: 1 })],
    ['with a layer whose urls are one text', inLayers({ urls: 'http://127.0.0.1:9/' })],
    ['with a layer whose annotations are no texts', inLayers({ annotations: { a: 1 } })],
    ['with a layer that embeds other content', inLayers({ data: 'b3RoZXI=' })],
    ['with a config that embeds other content', inConfig({ data: '' })],
  ])('refuses those %s', async (_what, change) => {
    expect(await refusalOfImage(await withManifest(change))).toMatch(/^MANIFEST_INVALID:/);
  });

  it.each([
    ['sha512', `sha512:${'0'.repeat(128)}`],
    ['blake3', `blake3:${'0'.repeat(64)}`],
    ['md5', `md5:${'0'.repeat(32)}`],
    ['sha256+b64u', `sha256+b64u:${'A'.repeat(43)}`],
  ])('refuses a layer that is named by %s', async (_algorithm, digest) => {
    const image = await withManifest(inLayers({ digest }));
    expect(await refusalOfImage(image)).toMatch(/^DIGEST_UNSUPPORTED:/);
  });

  it.each([
    ['in upper case', `sha256:${'A'.repeat(64)}`],
    ['of 63 digits', `sha256:${'a'.repeat(63)}`],
    ['with a newline', `sha256:${'a'.repeat(64)}\n`],
    ['with a path', `sha256:../${'a'.repeat(61)}`],
    ['without algorithm', 'a'.repeat(64)],
  ])('refuses a layer whose digest is one %s', async (_how, digest) => {
    const image = await withManifest(inLayers({ digest }));
    expect(await refusalOfImage(image)).toMatch(/^DIGEST_INVALID:/);
  });

  it.each([
    ['a layer', inLayers({ urls: ['http://127.0.0.1:9/layer'] })],
    ['a config', inConfig({ urls: ['http://127.0.0.1:9/config'] })],
  ])(
    'refuses %s that whoever pulls the image would fetch from elsewhere',
    async (_what, change) => {
      const image = await withManifest(change);
      expect(await refusalOfImage(image)).toMatch(/^MANIFEST_UNSUPPORTED: .*found urls/);
    },
  );

  it('takes urls that name no place, and embedded content that is the right one', async () => {
    const config = contentOf(mediaTypes.ociEmpty, Buffer.from('{}'));
    const data = Buffer.from('{}').toString('base64');
    const change = inConfig({ ...config.content, data });
    const image = await withManifest((manifest) => inLayers({ urls: [] })(change(manifest)));
    const { contents } = await tinyImage();
    const made = await handmadeBundle({
      images: [{ image: imageOf([...contents.slice(0, -2), config, ...image.contents.slice(-1)]) }],
    });
    await expect(provePipe(made)).resolves.toBeDefined();
  });

  it.each([
    ['a layer', inLayers({ size: 1 })],
    ['a config', inConfig({ size: 1 })],
  ])('refuses %s whose size in the manifest is not that of the entry', async (_what, change) => {
    const image = await withManifest(change);
    expect(await refusalOfImage(image)).toMatch(/^BUNDLE_CONTENT_MISMATCH:/);
  });

  it('refuses two manifests that give one layer two sizes', async () => {
    const [honest, lying] = [await tinyImage(), await withManifest(inLayers({ size: 1 }))];
    const images = [{ image: honest }, { image: lying, tags: ['2.0'] }];
    expect(await refusalOfSigned({ images })).toMatch(/^BUNDLE_CONTENT_MISMATCH.*one size of/);
  });

  it.each([mediaTypes.dockerSchema1, mediaTypes.dockerSchema1Signed, 'application/json'])(
    'refuses a manifest of type %s',
    async (mediaType) => {
      const image = await withManifest((manifest) => ({ ...manifest, mediaType }), mediaType);
      expect(await refusalOfImage(image)).toMatch(/^BUNDLE_CONTENT_MISMATCH:/);
    },
  );

  it('refuses a config or a layer that says it is a manifest', async () => {
    const inner = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: emptyContent,
      layers: [],
    });
    const { contents } = await tinyImage();
    const manifest = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: inner.content,
      layers: [],
    });
    expect(await refusalOfImage(imageOf([inner, manifest]))).toMatch(/^BUNDLE_CONTENT_MISMATCH:/);
    const layered = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: contents.at(-2)?.content,
      layers: [inner.content],
    });
    expect(await refusalOfImage(imageOf([...contents.slice(1, 2), inner, layered]))).toMatch(
      /^BUNDLE_CONTENT_MISMATCH:/,
    );
  });

  it('refuses content that is a manifest here and a layer there', async () => {
    const image = await tinyImage();
    const { digest, size } = image.root;
    const wrapper = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: image.contents.at(-2)?.content,
      layers: [{ mediaType: mediaTypes.ociLayer, digest, size }],
    });
    const images = [{ image }, { image: imageOf([...image.contents, wrapper]), tags: ['2.0'] }];
    expect(await refusalOfSigned({ images })).toMatch(
      /^BUNDLE_CONTENT_MISMATCH.*both as a manifest and/,
    );
  });
});
