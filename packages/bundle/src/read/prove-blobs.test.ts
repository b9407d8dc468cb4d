/** What becomes of blobs that nobody reads, reads half, or reads twice. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, tempDir, type HandmadeBundle } from '@sallyport/testing';
import { imageWithLayer, inFile, opened } from '../test-bundles/opening.test.js';
import { pipeOf } from '../test-bundles/proving.test.js';
import type { BundleBlob } from './prove-blobs.js';

async function sizeOf({ open }: BundleBlob): Promise<number> {
  let size = 0;
  for await (const piece of await open()) size += piece.byteLength;
  return size;
}

describe('proving blobs that nobody reads', () => {
  it.each([
    ['a pipe', async (made: HandmadeBundle) => pipeOf(made.bytes)],
    ['a file', inFile],
  ])('reads them all the same from %s', async (_way, inputOf) => {
    await using dir = await tempDir();
    const made = await handmadeBundle();
    const at = (made.entries.at(-1)?.contentAt ?? 0) + 3;
    made.bytes[at] = (made.bytes[at] ?? 0) ^ 1;
    await using input = await inputOf(made, dir.path);
    const bundle = await opened(made, input);
    await expect(bundle.proveBlobs(async () => undefined)).rejects.toMatchObject({
      code: 'CONTENT_DIGEST_MISMATCH',
    });
  });

  it.each([
    ['a pipe', async (made: HandmadeBundle) => pipeOf(made.bytes)],
    ['a file', inFile],
  ])('reads them from %s when they were opened and left', async (_way, inputOf) => {
    await using dir = await tempDir();
    const made = await handmadeBundle();
    await using input = await inputOf(made, dir.path);
    const bundle = await opened(made, input);
    await expect(
      bundle.proveBlobs(async ({ open }) => {
        await open();
      }),
    ).resolves.toBeUndefined();
  });
});

describe('leaving a blob half-way', () => {
  async function readOnePiece({ open }: BundleBlob): Promise<void> {
    for await (const piece of await open()) if (piece.byteLength > 0) return;
  }

  it('costs a second reading of a file, and no proof', async () => {
    await using dir = await tempDir();
    const made = await handmadeBundle({ images: [{ image: await imageWithLayer(2 ** 21) }] });
    await using input = await inFile(made, dir.path);
    const bundle = await opened(made, input);
    await expect(bundle.proveBlobs(readOnePiece)).resolves.toBeUndefined();
  });

  it('is refused from a pipe', async () => {
    const made = await handmadeBundle({ images: [{ image: await imageWithLayer(2 ** 21) }] });
    const bundle = await opened(made, pipeOf(made.bytes));
    await expect(bundle.proveBlobs(readOnePiece)).rejects.toMatchObject({
      code: 'BUNDLE_NOT_REREADABLE',
    });
  });
});

describe('opening a blob again', () => {
  it('gives the same bytes from a file', async () => {
    await using dir = await tempDir();
    const made = await handmadeBundle();
    await using input = await inFile(made, dir.path);
    const bundle = await opened(made, input);
    await bundle.proveBlobs(async (blob) => {
      expect(await sizeOf(blob)).toBe(blob.content.size);
      expect(await sizeOf(blob)).toBe(blob.content.size);
    });
  });

  it('is refused from a pipe, with what to do then', async () => {
    const made = await handmadeBundle();
    const bundle = await opened(made, pipeOf(made.bytes));
    const proving = bundle.proveBlobs(async (blob) => {
      await sizeOf(blob);
      await sizeOf(blob);
    });
    await expect(proving).rejects.toMatchObject({
      code: 'BUNDLE_NOT_REREADABLE',
      hint: expect.stringContaining('run the import again'),
    });
  });
});
