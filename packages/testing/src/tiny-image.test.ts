import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { childrenOf, digestOf, MemoryStore, OciLayout, parseManifest } from 'oras-js';
import { describeWith } from './programs.js';
import { skopeo } from './skopeo.js';
import { tempDir } from './temp-dir.js';
import { tinyImage } from './tiny-image.js';

describe('making a tiny image', () => {
  it('gives the same bytes each time, and others for another seed', async () => {
    const first = await tinyImage({ layerBytes: [10, 20] });
    const again = await tinyImage({ layerBytes: [10, 20] });
    const other = await tinyImage({ layerBytes: [10, 20], seed: 'other' });

    expect(again.root).toEqual(first.root);
    expect(other.root.digest).not.toBe(first.root.digest);
    // A golden digest: other machines and later versions must make the same image.
    expect(first.root.digest).toBe(
      'sha256:3c9c3401cf4219b426f544b6936b3bb8e02b8f54649af2b7c1de874e7c17c17f',
    );
  });

  it('lists diff_ids that the unpacked layers really have', async () => {
    const { contents } = await tinyImage({ layerBytes: [0, 5000], docker: true });
    const [first, second, config] = contents;

    const { rootfs } = JSON.parse(String(config?.bytes)) as { rootfs: { diff_ids: string[] } };
    expect(rootfs.diff_ids).toEqual(
      [first, second].map((layer) => digestOf(gunzipSync(layer?.bytes ?? Buffer.alloc(0)))),
    );
  });

  it('stores children before the index that lists them', async () => {
    const store = new MemoryStore();
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm/v7'] });

    await image.pushTo(store, 'app:v1');

    const root = await store.resolve('app:v1');
    const index = parseManifest(image.contents.at(-1)?.bytes ?? Buffer.alloc(0), root);
    for (const child of childrenOf(index)) expect(await store.exists(child)).toBe(true);
  });
});

describeWith(['skopeo'], 'reading a tiny image with skopeo', () => {
  it('is an image that can be unpacked', async () => {
    await using folder = await tempDir();
    const image = await tinyImage({ layerBytes: [100, 200] });
    await image.pushTo(new OciLayout(folder.path), 'v1');

    const copied = await skopeo(['copy', `oci:${folder.path}:v1`, `dir:${folder.path}/copy`]);

    expect(copied).toMatchObject({ code: 0 });
  });
});
