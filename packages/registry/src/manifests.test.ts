import { describe, expect, it } from '@jest/globals';
import { ask, contentOf, json, refusalCode, tinyImage, tinyReferrer } from '@sallyport/testing';
import { digestOf, mediaTypes, MemoryStore } from 'oras-js';
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
