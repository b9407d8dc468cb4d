/** One blob from segments that come in any order, and at the same moment. */
import { describe, expect, it } from '@jest/globals';
import { noise, tempDir } from '@sallyport/testing';
import { join } from 'node:path';
import { digestOf } from 'oras-js';
import { thisProcess } from '../owner/lock-owner.js';
import { BlobAssembly } from './blob-assembly.js';
import { Journal } from './journal.js';
import { PartialFile } from './partial-file.js';

const bytes = noise('blob', 3_000_000);
const thirds = [0, 1_000_000, 2_000_000, bytes.length] as const;

/** In three segments, each with its part of `content`. */
async function assembling(
  act: (blob: BlobAssembly, write: (part: number) => Promise<void>) => Promise<void>,
  content: Buffer = bytes,
): Promise<void> {
  await using folder = await tempDir();
  const file = await PartialFile.create(join(folder.path, 'b.tar'));
  const journal = await Journal.create(join(folder.path, 'journal'), await thisProcess());
  const entry = { path: 'blobs/sha256/x', digest: digestOf(bytes), size: bytes.length };
  const blob = new BlobAssembly({ entry, headerAt: 0, contentAt: 512 }, { file, journal });
  const [whole] = blob.segments;
  if (whole === undefined) throw new Error('expected a segment');
  whole.end = thirds[1];
  for (const part of [1, 2]) {
    const start = thirds[part] ?? 0;
    blob.segments.push({ start, end: thirds[part + 1] ?? 0, written: start });
  }
  await blob.begin();
  const write = async (part: number): Promise<void> => {
    const segment = blob.segments[part];
    if (segment === undefined) throw new Error(`expected segment ${part}`);
    const chunk = content.subarray(segment.start, segment.end);
    blob.hashInTurn(chunk, segment.start);
    await blob.write(segment, chunk);
  };
  await act(blob, write);
  await journal.remove();
  await file.discard();
}

describe('assembling a blob', () => {
  it.each([
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ])('proves parts that come in the order %i, %i, %i', async (...order) => {
    await assembling(async (blob, write) => {
      for (const part of order) {
        expect(blob.claimProof()).toBe(false);
        await write(part);
      }
      expect(blob.claimProof()).toBe(true);
      await blob.prove();
    });
  });

  it('lets one of those who write it prove it, when all end at once', async () => {
    await assembling(async (blob, write) => {
      const claims = [2, 0, 1].map(async (part) => {
        await write(part);
        return blob.claimProof();
      });
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
      await blob.prove();
    });
  });

  it('is not proven when one byte is another one', async () => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(2_500_000) ^ 1, 2_500_000);
    await assembling(async (blob, write) => {
      for (const part of [2, 1, 0]) await write(part);
      await expect(blob.prove()).rejects.toMatchObject({ code: 'CONTENT_DIGEST_MISMATCH' });
    }, changed);
  });

  it('says so when what was written is gone from the file', async () => {
    await using folder = await tempDir();
    const file = await PartialFile.create(join(folder.path, 'b.tar'));
    const journal = await Journal.create(join(folder.path, 'journal'), await thisProcess());
    const entry = { path: 'blobs/sha256/x', digest: digestOf(bytes), size: bytes.length };
    const ranges = [{ start: 0, end: bytes.length }];
    const blob = new BlobAssembly(
      { entry, headerAt: 0, contentAt: 512 },
      { file, journal },
      ranges,
    );
    await blob.begin();
    await expect(blob.prove()).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    await journal.remove();
    await file.discard();
  });
});
