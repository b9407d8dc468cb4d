import { describe, expect, it } from '@jest/globals';
import { refusalText, startRegistry, tinyImage, type TestRegistry } from '@sallyport/testing';
import {
  childrenOf,
  copy,
  MemoryStore,
  parseManifest,
  pushManifest,
  RegistryClient,
} from '../index.js';

const lost = refusalText('MANIFEST_BLOB_UNKNOWN');
const manifestPut = /^PUT .*\/manifests\//;

/** How often a blob was sent whole: one upload is closed by one PUT. */
function uploads(registry: TestRegistry): number {
  return registry.requests.filter(
    ({ method, path }) => method === 'PUT' && path.includes('/uploads/'),
  ).length;
}

async function imageThere(registry: TestRegistry) {
  const source = new MemoryStore();
  const image = await tinyImage({ layerBytes: [500, 700] });
  await image.pushTo(source, '1');
  // The registry has every blob already, or says so.
  await image.pushTo(registry.store, 'app:other');
  return { source, image };
}

describe('pushing a manifest to a registry that has lost its blobs', () => {
  it('sends its blobs once more, though the registry says that it has them', async () => {
    await using registry = await startRegistry();
    await using client = new RegistryClient();
    const { source, image } = await imageThere(registry);
    const destination = client.repository(registry.host, 'app');
    const manifest = image.contents.find(({ content }) => content.digest === image.root.digest);
    const { content, bytes } = manifest ?? { content: image.root, bytes: Buffer.alloc(0) };
    const parsed = parseManifest(bytes, content);
    registry.answers(400, { to: manifestPut, times: 1, body: lost });
    registry.answers(404, { to: /^HEAD .*\/manifests\//, times: 1 });

    const openBlob = (blob: typeof content) => async () => source.fetch(blob);
    await pushManifest(destination, { content, bytes, manifest: parsed }, openBlob);

    expect(uploads(registry)).toBe(childrenOf(parsed).length);
    expect((await destination.resolve(image.root.digest)).digest).toBe(image.root.digest);
  });

  it('gives up when the registry refuses it again', async () => {
    await using registry = await startRegistry();
    await using client = new RegistryClient();
    const source = new MemoryStore();
    await (await tinyImage()).pushTo(source, '1');
    registry.answers(400, { to: manifestPut, times: Infinity, body: lost });

    const copying = copy(source, '1', client.repository(registry.host, 'app'));

    await expect(copying).rejects.toMatchObject({ code: 'REGISTRY_BLOB_UNKNOWN' });
    // Each of config and layer at first, and once more.
    expect(uploads(registry)).toBe(4);
  });

  it('leaves the blobs alone when they cannot be opened again', async () => {
    await using registry = await startRegistry();
    await using client = new RegistryClient();
    const image = await tinyImage();
    const { content, bytes } = image.contents.at(-1) ?? {
      content: image.root,
      bytes: Buffer.alloc(0),
    };
    registry.answers(400, { to: manifestPut, times: Infinity, body: lost });
    const part = { content, bytes, manifest: parseManifest(bytes, content) };

    const pushing = pushManifest(client.repository(registry.host, 'app'), part, () => undefined);

    await expect(pushing).rejects.toMatchObject({ code: 'REGISTRY_BLOB_UNKNOWN' });
    expect(uploads(registry)).toBe(0);
  });
});
