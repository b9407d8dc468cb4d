/** Proving blobs beside the main thread: as strict, as well explained, and stopped as soon. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, tempDir } from '@sallyport/testing';
import { open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from 'oras-js';
import { imageWithLayer, inFile, opened } from '../test-bundles/opening.test.js';
import { HashThreads, usefulThreads } from './hash-threads.js';
import type { BundleBlob } from './prove-blobs.js';

const layerBytes = 3 * 1024 * 1024 + 5;

/** A bundle with one large layer, of which `use` is asked, proven by two threads. */
async function provingLayer(
  use: (blob: BundleBlob, file: string) => Promise<void>,
  more: {
    readonly spoil?: (bytes: Buffer, layerAt: number) => void;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  await using dir = await tempDir();
  const made = await handmadeBundle({ images: [{ image: await imageWithLayer(layerBytes) }] });
  const layer = made.entries.find(({ bytes }) => bytes.byteLength === layerBytes);
  more.spoil?.(made.bytes, layer?.contentAt ?? 0);
  await using input = await inFile(made, dir.path);
  const bundle = await opened(made, input);
  await bundle.proveBlobs(
    async (blob) => {
      if (blob.content.size === layerBytes) await use(blob, join(dir.path, 'b.tar'));
    },
    { threads: 2, signal: more.signal },
  );
}

describe('proving a blob in a thread', () => {
  it('reads all of it', async () => {
    let read = 0;
    const onBytes = (count: number): void => {
      read += count;
    };
    await provingLayer(async ({ prove }) => prove({ onBytes }), {});
    expect(read).toBe(layerBytes);
  });

  it.each([
    ['the first', 0],
    ['the last', layerBytes - 1],
  ])('refuses it when %s byte was changed', async (_which, offset) => {
    const spoil = (bytes: Buffer, layerAt: number): void => {
      bytes[layerAt + offset] = 1;
    };
    await expect(provingLayer(async () => undefined, { spoil })).rejects.toMatchObject({
      code: 'CONTENT_DIGEST_MISMATCH',
      message: expect.stringContaining(`(${layerBytes} bytes)`),
    });
  });

  it('tells where a file ends that has shrunk meanwhile', async () => {
    const proving = provingLayer(async ({ prove }, file) => {
      await truncate(file, 2_000_000);
      await prove();
    }, {});
    await expect(proving).rejects.toMatchObject({
      code: 'BUNDLE_TRUNCATED',
      message: expect.stringContaining('byte 2000000'),
    });
  });

  it('ends with the reason when it is interrupted', async () => {
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');
    const onBytes = (): void => {
      ctrlC.abort(reason);
    };
    const proving = provingLayer(async ({ prove }) => prove({ onBytes }), {
      signal: ctrlC.signal,
    });
    await expect(proving).rejects.toBe(reason);
  });

  it('ends with the failure of whoever is told of its progress', async () => {
    const failure = new Error('nobody listens');
    const onBytes = (): void => {
      throw failure;
    };
    await expect(provingLayer(async ({ prove }) => prove({ onBytes }), {})).rejects.toBe(failure);
  });
});

describe('hashing in threads', () => {
  it('gives each of them one part after the other', async () => {
    await using dir = await tempDir();
    await using file = await open(join(dir.path, 'f'), 'wx+');
    await file.write('abcdefgh');
    await using threads = new HashThreads({ name: 'f', descriptor: file.fd }, 2);
    const parts = Array.from('abcdefgh', (letter, position) => ({ letter, position }));
    const digests = await Promise.all(
      parts.map(({ position }) => threads.hash({ position, length: 1 }, {})),
    );
    expect(digests).toEqual(parts.map(({ letter }) => digestOf(Buffer.from(letter))));
  });

  it('stops in the middle of a part when it is interrupted', async () => {
    await using dir = await tempDir();
    await using file = await open(join(dir.path, 'f'), 'wx+');
    // Holes: nothing is stored, and to read it to its end would take many minutes.
    const length = 2 ** 40;
    await file.truncate(length);
    await using threads = new HashThreads({ name: 'f', descriptor: file.fd }, 2);
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');
    const onBytes = (): void => {
      ctrlC.abort(reason);
    };
    const { signal } = ctrlC;
    await expect(threads.hash({ position: 0, length }, { signal, onBytes })).rejects.toBe(reason);
  });

  it('says why a medium cannot be read', async () => {
    // The memory of this program is a regular file whose first page cannot be read.
    await using file = await open('/proc/self/mem', 'r');
    await using threads = new HashThreads({ name: 'a disk', descriptor: file.fd }, 2);
    await expect(threads.hash({ position: 0, length: 10 }, {})).rejects.toMatchObject({
      code: 'BUNDLE_UNREADABLE',
      message: 'cannot read a disk (EIO)',
    });
  });

  it('is not worth it for a small bundle', () => {
    expect(usefulThreads(64 * 1024 * 1024 - 1)).toBe(0);
    expect(usefulThreads(64 * 1024 * 1024)).toBeGreaterThan(0);
  });
});
