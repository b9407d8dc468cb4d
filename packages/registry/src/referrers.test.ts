import { describe, expect, it } from '@jest/globals';
import { ask, tempDir, tinyImage, tinyReferrer, type TinyImage } from '@sallyport/testing';
import { digestOf, mediaTypes, MemoryStore, OciLayout } from 'oras-js';
import { serveRegistry, type RunningRegistry } from './serve-registry.js';

async function attach(registry: RunningRegistry, referrer: TinyImage) {
  const manifest = referrer.contents.at(-1);
  for (const { content, bytes } of referrer.contents.slice(0, -1)) {
    await ask(registry, `/v2/app/blobs/uploads/?digest=${content.digest}`, {
      method: 'POST',
      body: bytes,
    });
  }
  return await ask(registry, `/v2/app/manifests/${referrer.root.digest}`, {
    method: 'PUT',
    body: manifest?.bytes ?? '',
    headers: { 'Content-Type': mediaTypes.ociManifest },
  });
}

async function referrersOf(registry: RunningRegistry, path: string) {
  const reply = await ask(registry, `/v2/${path}`);
  const { manifests } = JSON.parse(reply.body.toString()) as { manifests: unknown[] };
  return { ...reply, manifests };
}

describe('listing referrers', () => {
  it('lists what was attached, with its type and annotations, after a restart too', async () => {
    await using folder = await tempDir();
    const store = new OciLayout(folder.path);
    const { root } = await tinyImage();
    const sbom = tinyReferrer(root, { annotations: { 'com.example.by': 'scanner' } });
    await using registry = await serveRegistry({ store });
    await attach(registry, sbom);
    await registry.close();
    await using again = await serveRegistry({ store: new OciLayout(folder.path), readOnly: true });

    const { headers, manifests } = await referrersOf(again, `app/referrers/${root.digest}`);

    expect(headers['content-type']).toBe(mediaTypes.ociIndex);
    expect(manifests).toEqual([
      {
        ...sbom.root,
        artifactType: 'application/vnd.example.sbom',
        annotations: { 'com.example.by': 'scanner' },
      },
    ]);
  });

  it('gives only those of a type, and says that it chose', async () => {
    const store = new MemoryStore();
    const { root } = await tinyImage();
    await using registry = await serveRegistry({ store });
    const signature = tinyReferrer(root, { artifactType: 'application/vnd.example.signature' });
    await attach(registry, tinyReferrer(root));
    await attach(registry, signature);
    const path = `app/referrers/${root.digest}`;

    const all = await referrersOf(registry, path);
    const type = encodeURIComponent('application/vnd.example.signature');
    const some = await referrersOf(registry, `${path}?artifactType=${type}`);

    expect(all.manifests).toHaveLength(2);
    expect(all.headers['oci-filters-applied']).toBeUndefined();
    expect(some.manifests).toEqual([expect.objectContaining({ digest: signature.root.digest })]);
    expect(some.headers['oci-filters-applied']).toBe('artifactType');
  });

  it('lists a tagged referrer once', async () => {
    const store = new MemoryStore();
    const { root } = await tinyImage();
    const sbom = tinyReferrer(root);
    await using registry = await serveRegistry({ store });
    await attach(registry, sbom);
    await store.tag(sbom.root, 'app:sbom');

    const { manifests } = await referrersOf(registry, `app/referrers/${root.digest}`);

    expect(manifests).toHaveLength(1);
  });

  it('gives an empty list for what nothing refers to, and the same in every repository', async () => {
    const store = new MemoryStore();
    const { root } = await tinyImage();
    await using registry = await serveRegistry({ store });
    const sbom = tinyReferrer(root);
    await attach(registry, sbom);

    const unknown = await referrersOf(registry, `app/referrers/${digestOf('unknown')}`);
    const elsewhere = await referrersOf(registry, `other/referrers/${root.digest}`);

    expect(unknown).toMatchObject({ status: 200, manifests: [] });
    expect(elsewhere).toMatchObject({ status: 200, manifests: [{ digest: sbom.root.digest }] });
    expect(await ask(registry, '/v2/app/referrers/sha256:12')).toMatchObject({ status: 400 });
  });
});
