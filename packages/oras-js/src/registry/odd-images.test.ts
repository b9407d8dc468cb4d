/** Copying images that are allowed and rare, or not whole, or that change while they are copied. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  imageOf,
  json,
  startRegistry,
  tinyImage,
  type TestRegistry,
  type TinyContent,
} from '@sallyport/testing';
import { copy } from '../content/copy.js';
import type { Descriptor } from '../content/descriptor.js';
import { mediaTypes } from '../content/media-types.js';
import { readContent } from '../content/read-content.js';
import { RegistryClient } from './registry-client.js';

const { ociConfig, ociEmpty, ociIndex, ociLayerGzip, ociManifest } = mediaTypes;

const index = (...manifests: Descriptor[]) =>
  json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests });
const manifest = (config: Descriptor, ...layers: Descriptor[]) =>
  json(ociManifest, { schemaVersion: 2, mediaType: ociManifest, config, layers });

const emptyConfig = contentOf(ociEmpty, Buffer.from('{}'));
const config = json(ociConfig, { os: 'linux' });
const layer = contentOf(ociLayerGzip, Buffer.from('a layer'));
const zeroBytes = contentOf(ociLayerGzip, Buffer.alloc(0));
const bare = manifest(emptyConfig.content);
const simple = manifest(config.content, layer.content);
const inner = index(simple.content);

const images: readonly (readonly [what: string, parts: readonly TinyContent[]])[] = [
  ['an index of nothing', [index()]],
  ['a manifest without layers and with an empty config', [emptyConfig, bare]],
  ['a layer without a byte', [config, zeroBytes, manifest(config.content, zeroBytes.content)]],
  ['one layer twice', [config, layer, manifest(config.content, layer.content, layer.content)]],
  ['an index within an index', [config, layer, simple, inner, index(inner.content)]],
];

async function copying(from: TestRegistry, to: TestRegistry, reference = 'v1') {
  await using client = new RegistryClient({ retry: { maxRetries: 0 } });
  const [source, target] = [client.repository(from.host, 'app'), client.repository(to.host, 'app')];
  const [result] = await Promise.allSettled([copy(source, reference, target)]);
  return result;
}

/** What was stored, each time it was, in this order. */
function stored({ requests }: TestRegistry): readonly string[] {
  return requests
    .filter(({ method, status }) => method === 'PUT' && status === 201)
    .map(({ path }) => decodeURIComponent(path.split(/[/=]/).at(-1) ?? ''));
}

describe('copying what is rare but right', () => {
  for (const [what, parts] of images) {
    it(`brings ${what}, each content once and children first`, async () => {
      const image = imageOf(parts);
      await using from = await startRegistry();
      await using to = await startRegistry();
      await image.pushTo(from.store, 'app:v1');
      const result = await copying(from, to);
      expect(result).toEqual({ status: 'fulfilled', value: image.root });
      for (const { content, bytes } of parts) {
        expect(await readContent(to.store, content)).toEqual(bytes);
      }
      const order = stored(to);
      expect([...order].sort()).toEqual([...parts.map((part) => part.content.digest), 'v1'].sort());
      const manifests = parts.filter(({ content }) => /index|manifest/.test(content.mediaType));
      const inOrder = [...manifests.map(({ content }) => content.digest), 'v1'];
      expect(order.slice(-inOrder.length)).toEqual(inOrder);
    });
  }
});

describe('copying an index of which the registry lacks a part', () => {
  it('names what is missing, and stores nothing', async () => {
    await using from = await startRegistry();
    await using to = await startRegistry();
    const image = imageOf([config, layer, simple, index(simple.content, bare.content)]);
    await image.pushTo(from.store, 'app:v1');
    const result = await copying(from, to);
    expect(result).toMatchObject({
      reason: {
        code: 'CONTENT_NOT_FOUND',
        message: expect.stringContaining(bare.content.digest),
      },
    });
    expect(stored(to)).toEqual([]);
  });
});

describe('copying by a tag that moves meanwhile', () => {
  it('brings the whole image that the tag was when it was looked up', async () => {
    await using from = await startRegistry();
    await using to = await startRegistry();
    const [before, after] = [
      await tinyImage({ seed: 'before' }),
      await tinyImage({ seed: 'after' }),
    ];
    await before.pushTo(from.store, 'app:v1');
    await after.pushTo(from.store, 'app:later');
    from.movesTag('app:v1', after.root, { after: /^HEAD \/v2\/app\/manifests\/v1$/ });
    const result = await copying(from, to);
    expect((await from.store.resolve('app:v1')).digest).toBe(after.root.digest);
    expect(result).toEqual({ status: 'fulfilled', value: before.root });
    expect(await to.store.resolve('app:v1')).toEqual(before.root);
    expect(await to.store.exists(after.root)).toBe(false);
  });
});
