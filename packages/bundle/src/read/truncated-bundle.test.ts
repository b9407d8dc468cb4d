/** A bundle that ends too early, or goes on after its end, is never proven. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, tempDir, tinyImage } from '@sallyport/testing';
import { appendFile, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  failureOf,
  pipeOf,
  proveFile,
  proveInput,
  provePipe,
  refusalOf,
  trusting,
} from '../test-bundles/proving.test.js';
import { openFileInput } from './file-input.js';
import { openBundle } from './open-bundle.js';
import { pipeInput } from './pipe-input.js';

describe('proving a bundle that is not whole', () => {
  it('names the byte at which it ends, at and around every block', async () => {
    const image = await tinyImage({ layerBytes: [1] });
    const { bytes, publicKeyPem } = await handmadeBundle({ images: [{ image }] });
    for (let block = 512; block <= bytes.length; block += 512) {
      for (const length of [block - 1, block, block + 1].filter((at) => at < bytes.length)) {
        const cut = { bytes: bytes.subarray(0, length), publicKeyPem };
        const refusal = await failureOf(provePipe(cut));
        expect({ length, code: refusal.code }).toEqual({
          length,
          code: length < 512 ? 'BUNDLE_NOT_A_BUNDLE' : 'BUNDLE_TRUNCATED',
        });
        expect(refusal.message).toMatch(new RegExp(`\\b${length}\\b`));
      }
    }
  });

  it('refuses a short file as soon as its list is known', async () => {
    const { bytes, publicKeyPem } = await handmadeBundle();
    const cut = { bytes: bytes.subarray(0, -1), publicKeyPem };
    expect(await refusalOf(cut)).toMatch(/^BUNDLE_TRUNCATED: /);
    await using dir = await tempDir();
    const file = join(dir.path, 'cut.tar');
    await writeFile(file, cut.bytes);
    await using input = await openFileInput(file);
    await expect(openBundle(input, trusting(publicKeyPem))).rejects.toMatchObject({
      message: expect.stringContaining(`ends at byte ${bytes.length - 1}`),
    });
  });

  it('tells the size of a file that is too short to be any', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'cut.tar');
    const { bytes, publicKeyPem } = await handmadeBundle();
    await writeFile(file, bytes.subarray(0, 511));
    await using input = await openFileInput(file);
    await expect(openBundle(input, trusting(publicKeyPem))).rejects.toMatchObject({
      code: 'BUNDLE_NOT_A_BUNDLE',
      message: expect.stringContaining('with 511 bytes'),
    });
  });

  it('notices that the file shrank while it was read', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'b.tar');
    const { bytes, publicKeyPem } = await handmadeBundle();
    await writeFile(file, bytes);
    await using input = await openFileInput(file);
    const bundle = await openBundle(input, trusting(publicKeyPem));

    await truncate(file, bytes.length - 2048);

    await expect(bundle.proveBlobs(async () => undefined)).rejects.toMatchObject({
      code: 'BUNDLE_TRUNCATED',
    });
  });
});

describe('proving a bundle that goes on after its end', () => {
  it.each([
    ['one byte', Buffer.from('x')],
    ['one zero', Buffer.alloc(1)],
    ['a zero block', Buffer.alloc(512)],
    ['the zeros that fill up a record of 10 KiB', Buffer.alloc(10_240)],
  ])('refuses %s more', async (_what, more) => {
    const { bytes, publicKeyPem } = await handmadeBundle();
    const longer = { bytes: Buffer.concat([bytes, more]), publicKeyPem };
    expect(await refusalOf(longer)).toMatch(/^BUNDLE_TRAILING_BYTES: /);
  });

  it('does not read a gibibyte of zeros to find that out', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'b.tar');
    const { bytes, publicKeyPem } = await handmadeBundle();
    await writeFile(file, bytes);
    await truncate(file, bytes.length + 2 ** 30);
    await using input = await openFileInput(file);
    await expect(openBundle(input, trusting(publicKeyPem))).rejects.toMatchObject({
      code: 'BUNDLE_TRAILING_BYTES',
    });
    expect(input.position).toBeLessThan(bytes.length);
  });

  it('does not read on in a pipe to find that out', async () => {
    const { bytes, publicKeyPem } = await handmadeBundle();
    let given = 0;
    const endless = Readable.from(
      (function* () {
        yield bytes;
        for (;;) {
          given += 65_536;
          yield Buffer.alloc(65_536);
        }
      })(),
      { highWaterMark: 1 },
    );
    await using input = pipeInput(endless);
    await expect(proveInput(input, trusting(publicKeyPem))).rejects.toMatchObject({
      code: 'BUNDLE_TRAILING_BYTES',
    });
    expect(given).toBeLessThan(1_000_000);
  });

  it('notices that the file grew while it was read', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'b.tar');
    const { bytes, publicKeyPem } = await handmadeBundle();
    await writeFile(file, bytes);
    await using input = await openFileInput(file);
    const bundle = await openBundle(input, trusting(publicKeyPem));

    await appendFile(file, 'x');

    await expect(bundle.proveBlobs(async () => undefined)).rejects.toMatchObject({
      code: 'BUNDLE_TRAILING_BYTES',
    });
  });

  it('does not call a pipe proven that never says its end', async () => {
    const { bytes, publicKeyPem } = await handmadeBundle();
    const twice = Buffer.concat([bytes, bytes]);
    await expect(proveInput(pipeOf(twice), trusting(publicKeyPem))).rejects.toMatchObject({
      code: 'BUNDLE_TRAILING_BYTES',
    });
    await expect(proveFile({ bytes, publicKeyPem })).resolves.toBeDefined();
  });

  it('holds one descriptor: what takes the place of the file by name has no effect', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'b.tar');
    const { bytes, publicKeyPem } = await handmadeBundle();
    await writeFile(file, bytes);
    await using input = await openFileInput(file);
    await using other = await open(`${file}.new`, 'wx');
    await other.write('something else');
    const { rename } = await import('node:fs/promises');
    await rename(`${file}.new`, file);

    const { blobs } = await proveInput(input, trusting(publicKeyPem));
    expect(blobs.size).toBe(3);
  });
});
