import { describe, expect, it } from '@jest/globals';
import { tinyImage, targetContract } from '@sallyport/testing';
import { MemoryStore } from './memory-store.js';

targetContract('the memory store', async () => ({
  target: new MemoryStore(),
  [Symbol.asyncDispose]: async () => undefined,
}));

describe('naming content in memory', () => {
  it('refuses what could be mistaken for a digest or a path', async () => {
    const store = new MemoryStore();
    const image = await tinyImage();
    await image.pushTo(store, 'app:v1');

    for (const name of ['', image.root.digest, '../x']) {
      await expect(store.tag(image.root, name)).rejects.toMatchObject({
        code: 'REFERENCE_INVALID',
      });
    }
  });
});

describe('keeping a manifest in memory', () => {
  it('learns that a blob is a manifest when it is pushed as one later', async () => {
    const store = new MemoryStore();
    const { root, contents, pushTo } = await tinyImage();
    for (const { content, bytes } of contents) {
      await store.push({ ...content, mediaType: 'application/octet-stream' }, async () =>
        one(bytes),
      );
    }

    await pushTo(store, 'app:v1');

    expect(await store.resolve(root.digest)).toEqual(root);
  });
});

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
