/** How many blobs are handed out at once, and in which pieces. */
import { describe, expect, it } from '@jest/globals';
import { eventually, handmadeBundle, tempDir, tinyImage } from '@sallyport/testing';
import { Readable } from 'node:stream';
import { imageWithLayer, inFile, opened } from '../test-bundles/opening.test.js';
import { chunksOf, pipeOf } from '../test-bundles/proving.test.js';
import { pipeInput } from './pipe-input.js';

describe('using several blobs at once', () => {
  it('hands out as many as were asked for from a file', async () => {
    await using dir = await tempDir();
    const made = await handmadeBundle({
      images: [{ image: await tinyImage({ layerBytes: [1, 2, 3, 4] }) }],
    });
    await using input = await inFile(made, dir.path);
    const bundle = await opened(made, input);
    let running = 0;
    let most = 0;
    await bundle.proveBlobs(
      async () => {
        running += 1;
        most = Math.max(most, running);
        if (most < 3)
          await eventually(() => {
            expect(most).toBe(3);
          });
        running -= 1;
      },
      { concurrency: 3 },
    );
    expect(most).toBe(3);
  });

  it('hands out no more than can be done while the largest is', async () => {
    await using dir = await tempDir();
    const layerBytes = [1, 2, 3, 20 * 1024 * 1024];
    const made = await handmadeBundle({ images: [{ image: await tinyImage({ layerBytes }) }] });
    await using input = await inFile(made, dir.path);
    const bundle = await opened(made, input);
    let running = 0;
    const seen: number[] = [];
    await bundle.proveBlobs(
      async ({ prove }) => {
        running += 1;
        seen.push(running);
        await prove();
        running -= 1;
      },
      { concurrency: 4 },
    );
    expect(Math.max(...seen)).toBe(2);
  });

  it('hands out one after the other from a pipe, in the order of the list', async () => {
    const made = await handmadeBundle();
    const bundle = await opened(made, pipeOf(made.bytes));
    const used: string[] = [];
    await bundle.proveBlobs(
      async ({ content }) => {
        used.push(content.digest);
      },
      { concurrency: 3 },
    );
    expect(used).toEqual(bundle.manifest.entries.slice(-3).map(({ digest }) => digest));
  });
});

describe('reading a blob that is larger than memory should hold', () => {
  const layerBytes = 12 * 1024 * 1024;

  it('gives it in pieces of a quarter of a mebibyte at most', async () => {
    await using dir = await tempDir();
    const made = await handmadeBundle({ images: [{ image: await imageWithLayer(layerBytes) }] });
    await using input = await inFile(made, dir.path);
    const bundle = await opened(made, input);
    const pieces: number[] = [];
    await bundle.proveBlobs(async ({ open }) => {
      for await (const piece of await open()) pieces.push(piece.byteLength);
    });
    expect(Math.max(...pieces)).toBe(256 * 1024);
  });

  it('takes no more from a pipe than whoever uses it has taken', async () => {
    const made = await handmadeBundle({ images: [{ image: await imageWithLayer(layerBytes) }] });
    let given = 0;
    const source = Readable.from(
      (function* () {
        for (const chunk of chunksOf(made.bytes, 64 * 1024)) {
          given += chunk.byteLength;
          yield chunk;
        }
      })(),
      { objectMode: true, highWaterMark: 1 },
    );
    const bundle = await opened(made, pipeInput(source));
    const ahead: number[] = [];
    let taken = made.entries.at(-2)?.headerAt ?? 0;
    await bundle.proveBlobs(async ({ open }) => {
      for await (const piece of await open()) {
        taken += piece.byteLength;
        ahead.push(given - taken);
      }
    });
    expect(Math.max(...ahead)).toBeLessThan(512 * 1024);
  });
});
