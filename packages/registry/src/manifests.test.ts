import { describe, expect, it } from '@jest/globals';
import { ask, contentOf, json, refusalCode, tinyImage, tinyReferrer } from '@sallyport/testing';
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

describe('reading a manifest', () => {
  it('gives the very bytes by tag and by digest, with GET and HEAD alike', async () => {
    const { store, image, manifest } = await withImage();
    await using registry = await serveRegistry({ store });

    for (const reference of ['v1', image.root.digest, encodeURIComponent(image.root.digest)]) {
      const got = await ask(registry, `/v2/app/manifests/${reference}`);
      const head = await ask(registry, `/v2/app/manifests/${reference}`, { method: 'HEAD' });
      expect(got.body.equals(manifest)).toBe(true);
      expect(head.body).toHaveLength(0);
      for (const { headers } of [got, head]) {
        expect(headers).toMatchObject({
          'content-type': mediaTypes.ociManifest,
          'content-length': String(manifest.length),
          'docker-content-digest': image.root.digest,
          etag: `"${image.root.digest}"`,
        });
      }
    }
  });

  it('keeps spaces, order and unknown fields of what was pushed', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const text = ' {"x" : [1.0],\n "manifests":[] ,"schemaVersion":2}\n';

    const stored = await put(registry, 'odd', text, mediaTypes.ociIndex);
    const got = await ask(registry, '/v2/app/manifests/odd');

    expect(stored).toMatchObject({
      status: 201,
      headers: { 'docker-content-digest': digestOf(text) },
    });
    expect(got.body.toString()).toBe(text);
  });

  it('sends nothing to a client that has it already', async () => {
    const { store, image } = await withImage();
    await using registry = await serveRegistry({ store });
    const headers = { 'if-none-match': `"${image.root.digest}"` };

    expect(await ask(registry, '/v2/app/manifests/v1', { headers })).toMatchObject({ status: 304 });
  });

  it.each([
    ['v2', 404, 'MANIFEST_UNKNOWN'],
    ['.not-a-tag', 404, 'MANIFEST_UNKNOWN'],
    [`sha256:${'0'.repeat(64)}`, 404, 'MANIFEST_UNKNOWN'],
    ['sha256:12', 400, 'DIGEST_INVALID'],
  ])('answers %s with %i', async (reference, status, code) => {
    const { store } = await withImage();
    await using registry = await serveRegistry({ store });

    const reply = await ask(registry, `/v2/app/manifests/${reference}`);

    expect(reply).toMatchObject({ status });
    expect(refusalCode(reply)).toBe(code);
  });

  it('does not give out a layer as a manifest', async () => {
    const { store, image } = await withImage();
    await using registry = await serveRegistry({ store });
    const layer = image.contents[0]?.content.digest ?? '';

    expect(await ask(registry, `/v2/app/manifests/${layer}`)).toMatchObject({ status: 404 });
  });
});

describe('storing a manifest', () => {
  it('takes one by digest, and moves a tag to another', async () => {
    const { store, manifest, image } = await withImage();
    await using registry = await serveRegistry({ store });
    const index = JSON.stringify({ schemaVersion: 2, manifests: [image.root] });

    const byDigest = await put(registry, digestOf(index), index, mediaTypes.ociIndex);
    await put(registry, 'latest', index, mediaTypes.ociIndex);
    await put(registry, 'latest', manifest);

    expect(byDigest).toMatchObject({
      status: 201,
      headers: { location: `/v2/app/manifests/${digestOf(index)}` },
    });
    expect((await store.resolve('app:latest')).digest).toBe(image.root.digest);
  });

  it('takes one whose layers no registry may share', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const config = contentOf(mediaTypes.dockerConfig, Buffer.from('{"os":"windows"}'));
    await ask(registry, `/v2/app/blobs/uploads/?digest=${config.content.digest}`, {
      method: 'POST',
      body: config.bytes,
    });
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const { bytes } = json(mediaTypes.dockerManifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: config.content,
      layers: [{ mediaType, digest: digestOf('licensed'), size: 8 }],
    });

    expect(await put(registry, 'v1', bytes, mediaTypes.dockerManifest)).toMatchObject({
      status: 201,
    });
  });

  it('says which subject it took notice of, also when that comes later', async () => {
    const { root } = await tinyImage();
    const referrer = tinyReferrer(root);
    const store = new MemoryStore();
    await referrer.pushTo(store, 'other:x');
    await using registry = await serveRegistry({ store });

    const stored = await put(registry, referrer.root.digest, referrer.contents.at(-1)?.bytes ?? '');

    expect(stored).toMatchObject({ status: 201, headers: { 'oci-subject': root.digest } });
  });
});

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
