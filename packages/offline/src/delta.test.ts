import { describe, expect, it } from '@jest/globals';
import {
  openBundle,
  openFileInput,
  parsePublicKey,
  pipeInput,
  type VerifiedBundle,
} from '@sallyport/bundle';
import {
  asFileOrPipe,
  bothWays,
  handmadeBundle,
  MemoryRegistry,
  refusalText,
  startRegistry,
  tinyImage,
  type HandmadeBundle,
  type HandmadeOptions,
  type TestRegistry,
  type TinyImage,
  type Way,
} from '@sallyport/testing';
import { Readable } from 'node:stream';
import { RegistryClient } from 'oras-js';
import { importBundle } from './import-bundle.js';

async function opened(
  { bytes, publicKeyPem }: HandmadeBundle,
  way: Way,
  use: (bundle: VerifiedBundle) => Promise<void>,
): Promise<void> {
  const trust = { keys: [parsePublicKey(publicKeyPem, 'test.pub')], threshold: 1 };
  await asFileOrPipe(bytes, way, async (source) => {
    await using input =
      typeof source === 'string' ? await openFileInput(source) : pipeInput(source);
    await use(await openBundle(input, trust));
  });
}

function request(bundle: VerifiedBundle, { connect }: Pick<MemoryRegistry, 'connect'>) {
  const destination = { registry: 'registry.example.com', prefix: 'to' };
  return { bundle, destination, mapping: {}, connect };
}

/** A bundle that assumes the layers of its image to be there. */
function deltaOf(image: TinyImage): HandmadeOptions {
  const [layer] = image.contents;
  if (layer === undefined) throw new Error('expected an image with a layer');
  const { digest, size, mediaType } = layer.content;
  return {
    images: [{ image }],
    contents: (all) =>
      all.filter(({ path }) => path !== 'manifest.json' && !path.endsWith(digest.slice(7))),
    list: (list) => ({
      ...list,
      kind: 'delta',
      base: { bundle: `sha256:${'b'.repeat(64)}`, sequence: 7 },
      assumed: [{ digest, size, mediaType }],
    }),
  };
}

describe('importing a delta', () => {
  it('stops before the first push when what it assumes is not there', async () => {
    const image = await tinyImage();
    const registry = new MemoryRegistry();

    await opened(await handmadeBundle(deltaOf(image)), 'a pipe', async (bundle) => {
      await expect(importBundle(request(bundle, registry))).rejects.toMatchObject({
        code: 'IMPORT_ASSUMED_MISSING',
        message: expect.stringContaining(image.contents[0]?.content.digest ?? 'none') as unknown,
        hint: expect.stringContaining(`sha256:${'b'.repeat(64)}, sequence 7`) as unknown,
      });
    });

    expect(registry.connect('to/app').stored).toEqual([]);
  });

  it.each(bothWays)('adds what is new to what is there, from %s', async (way) => {
    const image = await tinyImage();
    const registry = new MemoryRegistry();
    const target = registry.connect('to/app');
    const [layer] = image.contents;
    if (layer === undefined) throw new Error('expected a layer');
    await target.push(layer.content, async () => Readable.from([layer.bytes]));

    await opened(await handmadeBundle(deltaOf(image)), way, async (bundle) => {
      await importBundle(request(bundle, registry));
    });

    for (const { content } of image.contents) expect(await target.exists(content)).toBe(true);
    expect(target.written).toEqual(['1.0']);
  });
});

describe('importing a delta into a registry that loses blobs', () => {
  /** With the layer that the delta assumes. */
  async function startWithBase(image: TinyImage): Promise<TestRegistry> {
    const registry = await startRegistry();
    const [layer] = image.contents;
    if (layer === undefined) throw new Error('expected a layer');
    await registry.store.push(layer.content, async () => Readable.from([layer.bytes]));
    return registry;
  }

  async function importInto({ host }: TestRegistry, delta: HandmadeBundle): Promise<void> {
    await using client = new RegistryClient();
    const connect = (repository: string) => client.repository(host, repository);
    await opened(delta, 'a file', async (bundle) => {
      const destination = { registry: host, prefix: 'to' };
      await importBundle({ bundle, destination, mapping: {}, connect });
    });
  }

  function uploaded({ requests }: TestRegistry): (string | undefined)[] {
    return requests
      .filter(({ method, path }) => method === 'PUT' && path.includes('/uploads/'))
      .map(({ path }) => decodeURIComponent(path).split('digest=')[1]);
  }

  const lost = refusalText('MANIFEST_BLOB_UNKNOWN');

  it('sends what it carries once more when the manifest is refused', async () => {
    const image = await tinyImage();
    await using registry = await startWithBase(image);
    registry.answers(400, { to: /^PUT .*\/manifests\//, times: 1, body: lost });

    await importInto(registry, await handmadeBundle(deltaOf(image)));

    const config = image.contents[1]?.content.digest;
    expect(uploaded(registry)).toEqual([config, config]);
    expect(await registry.store.exists(image.root)).toBe(true);
  });

  it('says what the registry said when it goes on refusing', async () => {
    const image = await tinyImage();
    await using registry = await startWithBase(image);
    registry.answers(400, { to: /^PUT .*\/manifests\//, times: Infinity, body: lost });

    const importing = importInto(registry, await handmadeBundle(deltaOf(image)));

    await expect(importing).rejects.toMatchObject({ code: 'REGISTRY_BLOB_UNKNOWN' });
  });

  it('restores what it carries, and names what it only assumed', async () => {
    const image = await tinyImage();
    await using registry = await startWithBase(image);
    const delta = await handmadeBundle(deltaOf(image));
    await importInto(registry, delta);
    const [layer, config] = image.contents.map(({ content }) => content.digest);
    const before = uploaded(registry).length;
    registry.answers(404, { to: new RegExp(`^HEAD .*/blobs/${layer}`), times: Infinity });
    // Asked by the proof, and before it is sent.
    registry.answers(404, { to: new RegExp(`^HEAD .*/blobs/${config}`), times: 2 });

    await expect(importInto(registry, delta)).rejects.toMatchObject({
      code: 'IMPORT_NOT_PULLABLE',
      // Below which image it was, and that it is for the proof.
      cause: expect.objectContaining({
        cause: expect.objectContaining({
          message: expect.stringContaining(`expected ${layer} in`) as unknown,
        }) as unknown,
      }) as unknown,
    });
    expect(uploaded(registry).slice(before)).toEqual([config]);
  });
});
