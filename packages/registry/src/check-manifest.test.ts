import { describe, expect, it } from '@jest/globals';
import { ask, refusalCode, tinyImage } from '@sallyport/testing';
import { digestOf, maxManifestBytes, mediaTypes, MemoryStore } from 'oras-js';
import { serveRegistry, type RunningRegistry } from './serve-registry.js';

async function put(
  registry: RunningRegistry,
  reference: string,
  bytes: Uint8Array | string,
  mediaType: string = mediaTypes.ociManifest,
) {
  return await ask(registry, `/v2/app/manifests/${reference}`, {
    method: 'PUT',
    body: bytes,
    headers: { 'Content-Type': mediaType },
  });
}

async function withImage() {
  const store = new MemoryStore();
  const image = await tinyImage();
  await image.pushTo(store, 'app:v1');
  const manifest = image.contents.at(-1)?.bytes ?? Buffer.alloc(0);
  return { store, image, manifest };
}

describe('refusing a manifest', () => {
  const config = { mediaType: mediaTypes.ociEmpty, digest: digestOf('{}'), size: 2 };
  const layers: unknown[] = [];

  it.each([
    ['no JSON', 'hello', 'MANIFEST_INVALID'],
    ['empty', '', 'MANIFEST_INVALID'],
    [
      'of another version',
      JSON.stringify({ schemaVersion: 1, config, layers }),
      'MANIFEST_INVALID',
    ],
    [
      'of another media type than it says',
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, config, layers }),
      'MANIFEST_INVALID',
    ],
    [
      'image and index at once',
      JSON.stringify({ schemaVersion: 2, config, layers, manifests: [] }),
      'MANIFEST_INVALID',
    ],
    [
      'without what it lists',
      JSON.stringify({ schemaVersion: 2, config, layers }),
      'MANIFEST_BLOB_UNKNOWN',
    ],
  ])('refuses one that is %s, and moves no tag', async (_what, body, code) => {
    const store = new MemoryStore();
    await using registry = await serveRegistry({ store });

    const reply = await put(registry, 'v1', body);

    expect(reply).toMatchObject({ status: 400 });
    expect(refusalCode(reply)).toBe(code);
    await expect(store.resolve('app:v1')).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
  });

  it.each(['text/html', '', mediaTypes.dockerSchema1, mediaTypes.ociConfig])(
    'refuses the media type "%s"',
    async (mediaType) => {
      const { store, manifest } = await withImage();
      await using registry = await serveRegistry({ store });

      const reply = await put(registry, 'v2', manifest, mediaType);

      expect(reply).toMatchObject({ status: 400 });
      expect(refusalCode(reply)).toBe('MANIFEST_INVALID');
    },
  );

  it('refuses bytes that are not what the digest names', async () => {
    const { store, manifest } = await withImage();
    await using registry = await serveRegistry({ store });

    const reply = await put(registry, digestOf('other'), manifest);

    expect(reply).toMatchObject({ status: 400 });
    expect(refusalCode(reply)).toBe('DIGEST_INVALID');
  });

  it.each([
    [{}, maxManifestBytes + 1],
    [{ 'Transfer-Encoding': 'chunked' }, maxManifestBytes + 1],
    [{ 'Transfer-Encoding': 'chunked' }, 8 * maxManifestBytes],
  ])('refuses more than 4 MiB, announced or not: %j %i', async (headers, moreBytes) => {
    await using registry = await serveRegistry({ store: new MemoryStore() });

    const reply = await ask(registry, '/v2/app/manifests/v1', {
      method: 'PUT',
      body: Buffer.alloc(moreBytes, ' '),
      headers: { 'Content-Type': mediaTypes.ociIndex, ...headers },
    });

    expect(reply).toMatchObject({ status: 413 });
    expect(refusalCode(reply)).toBe('SIZE_INVALID');
  });

  it('takes exactly 4 MiB', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const text = '{"schemaVersion":2,"manifests":[]}'.padEnd(maxManifestBytes, ' ');

    expect(await put(registry, 'v1', text, mediaTypes.ociIndex)).toMatchObject({ status: 201 });
  });

  it('deletes nothing', async () => {
    const { store } = await withImage();
    await using registry = await serveRegistry({ store });

    const reply = await ask(registry, '/v2/app/manifests/v1', { method: 'DELETE' });

    expect(reply).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, PUT' } });
    expect(refusalCode(reply)).toBe('UNSUPPORTED');
  });
});
