/** A bundle as a file: the same bytes as a stream, each at its place. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  handmadeTar,
  imageOf,
  json,
  tempDir,
  tinyImage,
  type TinyImage,
} from '@sallyport/testing';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mediaTypes } from 'oras-js';
import { bytesOf, except, layerOf, plannedBundle } from '../test-bundles/planning.test.js';
import { proveFile } from '../test-bundles/proving.test.js';
import { writeBundleFile } from './write-bundle-file.js';

describe('writing a bundle', () => {
  it('gives the same bytes as a file and as a stream, at any concurrency', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const streamed = await bytesOf(planned);
    for (const concurrency of [1, 3, 100]) {
      const file = join(dir.path, `${concurrency}.tar`);
      const { fileBytes } = await writeBundleFile(file, planned.signed, planned.openEntry, {
        concurrency,
      });
      expect(await readFile(file)).toEqual(streamed);
      expect(fileBytes).toBe(streamed.byteLength);
    }
  });

  it('gives every byte that the format page prescribes', async () => {
    const { signed, openEntry, made, plan } = await plannedBundle();
    const slots = [made.entries[1]?.bytes ?? Buffer.alloc(0)];
    const ours = await bytesOf({ signed: { ...signed, slots }, openEntry, made, plan });
    expect(ours.equals(handmadeTar(made.entries))).toBe(true);
  });

  it('ends with exactly two zero blocks, after content that is padded to a block', async () => {
    const planned = await plannedBundle();
    const bytes = await bytesOf(planned);
    const last = planned.made.entries.at(-1);
    const contentEnd = (last?.contentAt ?? 0) + (last?.bytes.length ?? 0);
    expect(bytes.length).toBe(Math.ceil(contentEnd / 512) * 512 + 1024);
    expect(bytes.subarray(contentEnd).every((byte) => byte === 0)).toBe(true);
  });

  it('can be proven with the key that signed it', async () => {
    const planned = await plannedBundle();
    const { publicKeyPem } = planned.made;
    await expect(proveFile({ bytes: await bytesOf(planned), publicKeyPem })).resolves.toBeDefined();
  });

  it('gives it one name, and the mode that others may read', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    await writeBundleFile(file, planned.signed, planned.openEntry);
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    expect((await stat(file)).nlink).toBe(1);
  });
});

describe('writing an entry that is larger than memory should hold', () => {
  it('puts it on the disk piece by piece while it arrives', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle([{ image: await imageOfOneLayer(2 ** 22) }]);
    const file = join(dir.path, 'b.tar');
    const bytes = planned.made.entries.at(-1)?.bytes ?? Buffer.alloc(0);
    const at = planned.made.entries.at(-1)?.contentAt ?? 0;
    const chunkBytes = 2 ** 16;
    let written = 0;
    const watching = except(planned, layerOf(planned), async () =>
      (async function* () {
        for (let start = 0; start < bytes.length; start += chunkBytes) {
          if (start === 3 * 2 ** 20) written = await bytesThere(`${file}.partial`, at);
          yield bytes.subarray(start, start + chunkBytes);
        }
      })(),
    );
    await writeBundleFile(file, planned.signed, watching);
    // Of the rest some is being gathered, and some on its way.
    expect(written).toBeGreaterThanOrEqual(2 ** 20);
    expect((await readFile(file)).subarray(at, at + bytes.length).equals(bytes)).toBe(true);
  });

  /** How many bytes of the entry stand in the file already; the rest reads as zeros. */
  async function bytesThere(file: string, at: number): Promise<number> {
    return (await readFile(file)).indexOf(0, at) - at;
  }

  async function imageOfOneLayer(layerBytes: number): Promise<TinyImage> {
    const { contents } = await tinyImage();
    const layer = contentOf(mediaTypes.ociLayer, Buffer.alloc(layerBytes, 'x'));
    const manifest = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: contents.at(-2)?.content,
      layers: [layer.content],
    });
    return imageOf([layer, ...contents.slice(-2, -1), manifest]);
  }
});
