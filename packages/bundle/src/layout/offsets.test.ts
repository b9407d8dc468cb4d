/** Offsets of any bundle: ascending, aligned, and where the writer put the bytes. */
import { describe, expect, it } from '@jest/globals';
import { tempDir, tinyImage } from '@sallyport/testing';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from 'oras-js';
import type { BundleEntry } from '../list/bundle-manifest.js';
import { plannedBundle } from '../test-bundles/planning.test.js';
import { writeBundleFile } from '../write/write-bundle-file.js';
import { endBytes, layOut, slotOffset } from './bundle-layout.js';
import { blockBytes, entryHeader } from './entry-header.js';

const interesting = fc.constantFrom(
  0,
  1,
  511,
  512,
  513,
  2 ** 31,
  2 ** 32 + 1,
  2 ** 33 - 1,
  2 ** 33,
);
const size = fc.oneof(interesting, fc.nat({ max: 2 ** 40 }));
const entries = fc.array(size, { maxLength: 20 }).map((sizes) =>
  sizes.map((each, at): BundleEntry => {
    const digest = digestOf(String(at));
    return { path: `blobs/sha256/${digest.slice(7)}`, size: each, digest };
  }),
);

describe('placing entries of any size', () => {
  it('leaves each its blocks, one after the other, and two at the end', () => {
    const listBytes = fc.integer({ min: 1, max: 16 * 1024 * 1024 });
    const signatures = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(listBytes, signatures, entries, (list, slots, listed) => {
        const { entries: placed, fileBytes } = layOut(list, slots, listed);
        let end = Math.ceil((slotOffset(list, slots) + 2048) / blockBytes) * blockBytes;
        for (const [at, { entry, headerAt, contentAt }] of placed.entries()) {
          expect(entry).toBe(listed[at]);
          expect([headerAt, contentAt]).toEqual([end, end + blockBytes]);
          end = contentAt + Math.ceil(entry.size / blockBytes) * blockBytes;
        }
        expect(fileBytes).toBe(end + endBytes);
        expect(fileBytes % blockBytes).toBe(0);
      }),
      { seed: 1 },
    );
  });

  it('names the places where the writer puts header and content', async () => {
    const layerBytes = fc.array(fc.nat({ max: 2000 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(layerBytes, async (sizes) => {
        const image = await tinyImage({ layerBytes: sizes });
        const { signed, openEntry } = await plannedBundle([{ image }]);
        await using dir = await tempDir();
        const file = join(dir.path, 'b.sallyport.tar');
        await writeBundleFile(file, signed, openEntry);
        const bytes = await readFile(file);
        const { bytes: list, slots, manifest } = signed;
        const layout = layOut(list.byteLength, slots.length, manifest.entries);
        expect(bytes.byteLength).toBe(layout.fileBytes);
        for (const { entry, headerAt, contentAt } of layout.entries) {
          const header = bytes.subarray(headerAt, headerAt + blockBytes);
          expect(header.equals(await entryHeader(entry.path, entry.size))).toBe(true);
          expect(digestOf(bytes.subarray(contentAt, contentAt + entry.size))).toBe(entry.digest);
        }
      }),
      { seed: 1, numRuns: 15 },
    );
  });
});
