import { describe, expect, it } from '@jest/globals';
import { contentOf, imageOf, json, opening, tinyImage, tinyReferrer } from '@sallyport/testing';
import { MemoryStore } from '../stores/memory-store.js';
import { copy } from './copy.js';
import type { Descriptor } from './descriptor.js';
import { mediaTypes } from './media-types.js';

/** Notes in which order things arrive and how many at once. */
class WatchedStore extends MemoryStore {
  readonly events: string[] = [];
  mostAtOnce = 0;
  private atOnce = 0;

  override async push(...call: Parameters<MemoryStore['push']>): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    // One turn of the event loop, so that others get to begin.
    await new Promise((resolve) => setImmediate(resolve));
    await super.push(...call);
    this.atOnce -= 1;
    this.events.push(call[0].digest);
  }

  override async tag(content: Descriptor, name: string): Promise<void> {
    await super.tag(content, name);
    this.events.push(`tag ${name}`);
  }
}

async function sourceWith(image: Awaited<ReturnType<typeof tinyImage>>): Promise<MemoryStore> {
  const source = new MemoryStore();
  await image.pushTo(source, 'v1');
  return source;
}

describe('copying an image', () => {
  it('brings children before parents and the tag last', async () => {
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'], docker: true });
    const destination = new WatchedStore();

    const root = await copy(await sourceWith(image), 'v1', destination);

    expect(root).toEqual(image.root);
    expect(destination.events.at(-1)).toBe('tag v1');
    expect(destination.events.at(-2)).toBe(image.root.digest);
    const manifestsAt = image.contents
      .filter(({ content }) => content.mediaType === mediaTypes.dockerManifest)
      .map(({ content }) => destination.events.indexOf(content.digest));
    const blobsAt = image.contents
      .filter(({ content }) => /rootfs|container/.test(content.mediaType))
      .map(({ content }) => destination.events.indexOf(content.digest));
    expect(blobsAt).toHaveLength(4);
    expect(Math.max(...blobsAt)).toBeLessThan(Math.min(...manifestsAt));
  });

  it('sends only what is not there', async () => {
    const image = await tinyImage({ layerBytes: [10, 20] });
    const [layer] = image.contents;
    const destination = new WatchedStore();
    if (layer !== undefined) await destination.push(layer.content, opening(layer.bytes));
    destination.events.length = 0;
    const outcomes: string[] = [];

    await copy(await sourceWith(image), 'v1', destination, {
      onBlob: (_content, outcome) => outcomes.push(outcome),
    });

    expect(destination.events).not.toContain(layer?.content.digest);
    expect(outcomes.sort()).toEqual(['copied', 'copied', 'copied', 'there']);
  });

  it('gives it another name, or none when it was asked for by digest', async () => {
    const image = await tinyImage();
    const source = await sourceWith(image);
    const destination = new WatchedStore();

    await copy(source, image.root.digest, destination);
    expect(destination.events).not.toContainEqual(expect.stringMatching(/^tag/));
    await copy(source, 'v1', destination, { tag: 'other/app:2' });

    expect(await destination.resolve('other/app:2')).toEqual(image.root);
    await expect(destination.resolve('v1')).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
  });

  it('keeps to the number of blobs at once', async () => {
    const image = await tinyImage({ layerBytes: [1, 2, 3, 4, 5, 6, 7, 8] });
    const destination = new WatchedStore();

    await copy(await sourceWith(image), 'v1', destination, { concurrency: 3 });

    expect(destination.mostAtOnce).toBe(3);
  });

  it('leaves out layers that no registry may share', async () => {
    const foreign = contentOf(
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      Buffer.from('licensed'),
    );
    const config = json(mediaTypes.dockerConfig, { os: 'windows' });
    const manifest = json(mediaTypes.dockerManifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: config.content,
      layers: [{ ...foreign.content, urls: ['https://example.com/layer'] }],
    });
    const source = await sourceWith(imageOf([config, manifest]));
    const destination = new WatchedStore();

    await copy(source, 'v1', destination);

    expect(await destination.exists(foreign.content)).toBe(false);
    expect(await destination.exists(manifest.content)).toBe(true);
  });

  it('copies a referrer without its subject', async () => {
    const image = await tinyImage();
    const referrer = tinyReferrer(image.root);
    const destination = new WatchedStore();

    await copy(await sourceWith(referrer), 'v1', destination);

    expect(await destination.exists(referrer.root)).toBe(true);
    expect(await destination.exists(image.root)).toBe(false);
  });
});

describe('failing to copy an image', () => {
  it('moves no tag when a blob cannot be had, and says which', async () => {
    const image = await tinyImage({ layerBytes: [10, 20] });
    const source = new MemoryStore();
    const [missing, ...others] = image.contents;
    for (const { content, bytes } of others) await source.push(content, opening(bytes));
    await source.tag(image.root, 'v1');
    const destination = new WatchedStore();
    await (await tinyImage({ seed: 'before' })).pushTo(destination, 'v1');
    const before = await destination.resolve('v1');

    await expect(copy(source, 'v1', destination)).rejects.toMatchObject({
      code: 'CONTENT_NOT_FOUND',
      message: expect.stringContaining(missing?.content.digest ?? '') as unknown,
    });

    expect(await destination.resolve('v1')).toEqual(before);
    expect(await destination.exists(image.root)).toBe(false);
  });

  it('refuses an image of more manifests than any real one has', async () => {
    const config = json(mediaTypes.ociEmpty, {});
    const manifests = Array.from({ length: 1_000 }, (_, at) =>
      json(mediaTypes.ociManifest, {
        schemaVersion: 2,
        config: config.content,
        layers: [],
        annotations: { at: String(at) },
      }),
    );
    const index = json(mediaTypes.ociIndex, {
      schemaVersion: 2,
      manifests: manifests.map(({ content }) => content),
    });
    const source = await sourceWith(imageOf([config, ...manifests, index]));

    await expect(copy(source, 'v1', new MemoryStore())).rejects.toMatchObject({
      code: 'CONTENT_TOO_LARGE',
    });
  });

  it('stops with the reason of whoever aborted it', async () => {
    const image = await tinyImage({ layerBytes: [1, 2, 3, 4, 5, 6] });
    const destination = new WatchedStore();
    const stop = new AbortController();
    const reason = new Error('interrupted');

    const copying = copy(await sourceWith(image), 'v1', destination, {
      signal: stop.signal,
      concurrency: 1,
      onBlob: () => {
        stop.abort(reason);
      },
    });

    await expect(copying).rejects.toBe(reason);
    expect(destination.events).toHaveLength(1);
  });
});
