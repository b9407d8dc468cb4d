/** How blobs are handed out, what is done with the ones nobody reads, and what stops it. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  eventually,
  handmadeBundle,
  imageOf,
  json,
  tempDir,
  tinyImage,
  type HandmadeBundle,
  type TinyImage,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { mediaTypes } from 'oras-js';
import { chunksOf, pipeOf, trusting } from '../test-bundles/proving.test.js';
import type { BundleInput } from './bundle-input.js';
import { openFileInput } from './file-input.js';
import { openBundle } from './open-bundle.js';
import { pipeInput } from './pipe-input.js';
import type { BundleBlob } from './prove-blobs.js';
import type { VerifiedBundle } from './verified-bundle.js';

async function opened(made: HandmadeBundle, input: BundleInput): Promise<VerifiedBundle> {
  return await openBundle(input, trusting(made.publicKeyPem));
}

async function inFile(made: HandmadeBundle, dir: string): Promise<BundleInput> {
  const file = join(dir, 'b.tar');
  await writeFile(file, made.bytes);
  return await openFileInput(file);
}

async function sizeOf({ open }: BundleBlob): Promise<number> {
  let size = 0;
  for await (const piece of await open()) size += piece.byteLength;
  return size;
}

/** One image whose layer is as large as asked, all zeros. */
async function imageWithLayer(layerBytes: number): Promise<TinyImage> {
  const { contents } = await tinyImage();
  const layer = contentOf(mediaTypes.ociLayer, Buffer.alloc(layerBytes));
  const manifest = json(mediaTypes.ociManifest, {
    schemaVersion: 2,
    config: contents.at(-2)?.content,
    layers: [layer.content],
  });
  return imageOf([layer, ...contents.slice(-2, -1), manifest]);
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

  it('gives it in pieces of a mebibyte at most', async () => {
    await using dir = await tempDir();
    const made = await handmadeBundle({ images: [{ image: await imageWithLayer(layerBytes) }] });
    await using input = await inFile(made, dir.path);
    const bundle = await opened(made, input);
    const pieces: number[] = [];
    await bundle.proveBlobs(async ({ open }) => {
      for await (const piece of await open()) pieces.push(piece.byteLength);
    });
    expect(Math.max(...pieces)).toBe(1024 * 1024);
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

describe('interrupting the reading of a bundle', () => {
  it.each([
    ['in the list', 0],
    ['in a manifest', 5],
    ['in a layer', -1],
  ])('ends with the reason when the pipe fell silent %s', async (_where, index) => {
    const made = await handmadeBundle();
    const silentAt = (made.entries.at(index)?.contentAt ?? 0) + 5;
    const pipe = new PassThrough();
    pipe.write(made.bytes.subarray(0, silentAt));
    await using input = pipeInput(pipe);
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');

    const reading = openBundle(input, trusting(made.publicKeyPem), { signal: ctrlC.signal }).then(
      async (bundle) => {
        await bundle.proveBlobs(async () => undefined, { signal: ctrlC.signal });
      },
    );
    reading.catch(() => undefined);
    await eventually(() => {
      expect(input.position).toBe(silentAt);
    });
    ctrlC.abort(reason);

    await expect(reading).rejects.toBe(reason);
    expect(pipe.destroyed).toBe(true);
  });

  it('ends with the reason between two pieces of a file', async () => {
    await using dir = await tempDir();
    const made = await handmadeBundle({
      images: [{ image: await imageWithLayer(3 * 1024 * 1024) }],
    });
    await using input = await inFile(made, dir.path);
    const bundle = await opened(made, input);
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');
    const pieces: number[] = [];
    const proving = bundle.proveBlobs(
      async ({ content, open }) => {
        if (content.size < 1024 * 1024) return;
        for await (const piece of await open()) {
          pieces.push(piece.byteLength);
          ctrlC.abort(reason);
        }
      },
      { signal: ctrlC.signal },
    );
    await expect(proving).rejects.toBe(reason);
    expect(pieces).toHaveLength(1);
  });

  it('does not begin when the signal has fired before', async () => {
    const made = await handmadeBundle();
    const input = pipeOf(made.bytes);
    const reason = new Error('interrupted');
    const opening = openBundle(input, trusting(made.publicKeyPem), {
      signal: AbortSignal.abort(reason),
    });
    await expect(opening).rejects.toBe(reason);
    expect(input.position).toBe(0);
  });

  it('does not wait for a silent pipe when the signal has fired before', async () => {
    const reason = new Error('interrupted');
    await using input = pipeInput(new PassThrough());
    const opening = openBundle(input, trusting((await handmadeBundle()).publicKeyPem), {
      signal: AbortSignal.abort(reason),
    });
    await expect(opening).rejects.toBe(reason);
  });

  it('lets go of the pipe when the input is closed', async () => {
    const pipe = new PassThrough();
    await pipeInput(pipe)[Symbol.asyncDispose]();
    expect(pipe.destroyed).toBe(true);
  });

  it('stops at the first failure of whoever uses the blobs', async () => {
    const made = await handmadeBundle();
    const bundle = await opened(made, pipeOf(made.bytes));
    const failure = new Error('the registry refused it');
    let used = 0;
    const proving = bundle.proveBlobs(async () => {
      used += 1;
      throw failure;
    });
    await expect(proving).rejects.toBe(failure);
    expect(used).toBe(1);
  });
});

describe('reading from a medium that fails', () => {
  // The memory of this program is a regular file whose first page cannot be read.
  const unreadable = '/proc/self/mem';

  it('calls it unreadable, not a bad signature', async () => {
    await using input = await openFileInput(unreadable);
    await expect(
      openBundle(input, trusting((await handmadeBundle()).publicKeyPem)),
    ).rejects.toMatchObject({
      code: 'BUNDLE_UNREADABLE',
      message: expect.stringContaining('EIO'),
    });
  });

  it('passes on why a pipe broke', async () => {
    const made = await handmadeBundle();
    const broken = Readable.from(
      (function* () {
        yield made.bytes.subarray(0, 1000);
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      })(),
    );
    await expect(opened(made, pipeInput(broken, 'a cable'))).rejects.toMatchObject({
      code: 'BUNDLE_UNREADABLE',
      message: 'cannot read a cable (ECONNRESET)',
    });
  });
});
