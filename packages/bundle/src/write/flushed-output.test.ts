/** A file that is brought to its disk while it is written. */
import { describe, expect, it, jest } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pieceBytes } from '../limits.js';
import { fileHandles } from '../test-bundles/file-handles.test.js';
import { largeBundle, mebibyte } from '../test-bundles/large-bundle.test.js';
import { PartialFile } from './partial-file.js';
import { UncachedWrites } from './uncached-writes.js';
import { writeBundleFile } from './write-bundle-file.js';

describe('flushing a bundle while it is written', () => {
  it('does not publish what did not reach the disk', async () => {
    await using dir = await tempDir();
    const partial = await PartialFile.create(join(dir.path, 'b.tar'));
    const failure = Object.assign(new Error('i/o error'), { code: 'EIO', syscall: 'fdatasync' });
    const flush = jest.spyOn(await fileHandles(), 'datasync');
    flush.mockRejectedValueOnce(failure);
    try {
      await partial.write([Buffer.alloc(32 * mebibyte)], 0);
      expect(flush).toHaveBeenCalledTimes(1);
      await expect(partial.publish()).rejects.toMatchObject({
        code: 'OUTPUT_UNWRITABLE',
        cause: failure,
      });
    } finally {
      flush.mockRestore();
      await partial.discard();
    }
    expect(await readdir(dir.path)).toEqual([]);
  });

  it('does so for what goes past the cache, and counts it among what the disk does', async () => {
    await using dir = await tempDir();
    const disk = new UncachedWrites({
      write: async () => ({ bytesWritten: pieceBytes, buffer: Buffer.alloc(0) }),
      close: () => Promise.resolve(),
    } as unknown as ConstructorParameters<typeof UncachedWrites>[0]);
    const opening = jest.spyOn(UncachedWrites, 'open').mockResolvedValueOnce(disk);
    const timed = jest.spyOn(disk, 'timed');
    const flush = jest.spyOn(await fileHandles(), 'datasync');
    const partial = await PartialFile.create(join(dir.path, 'b.tar'));
    await partial.avoidCache();
    const pieces = Math.ceil((32 * mebibyte) / pieceBytes);
    const piece = Buffer.alloc(pieceBytes);
    try {
      await partial.write([Buffer.alloc(1000), Buffer.alloc(24)], pieces * pieceBytes);
      for (let at = 0; at < pieces; at += 1) await partial.writeOnce(piece, at * pieceBytes);
      expect(flush).toHaveBeenCalledTimes(1);
      expect(timed.mock.calls.map(([byteLength]) => byteLength)).toEqual([
        ...Array.from({ length: pieces }, () => pieceBytes),
        // Only what stood in the cache: the disk has been given the rest before.
        1024,
      ]);
    } finally {
      flush.mockRestore();
      opening.mockRestore();
      await partial.discard();
    }
  });
});

describe('flushing a bundle at its end', () => {
  it.each([
    ['its bytes', 0, ['b.tar.partial', 'b.tar.partial.journal']],
    ['its name', 1, ['b.tar']],
  ])('fails when %s cannot be made to last', async (_what, flushesBefore, left) => {
    await using dir = await tempDir();
    // So large that a failure before the end would leave it for a later run.
    const { signed, openPart } = await largeBundle([['a', 2 * mebibyte]]);
    const failure = Object.assign(new Error('i/o error'), { code: 'EIO', syscall: 'fsync' });
    const named: string[][] = [];
    const flush = jest.spyOn(await fileHandles(), 'sync').mockImplementation(async () => {
      named.push(await readdir(dir.path));
      if (named.length > flushesBefore) throw failure;
    });
    try {
      await expect(
        writeBundleFile(join(dir.path, 'b.tar'), signed, openPart),
      ).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE', cause: failure });
    } finally {
      flush.mockRestore();
    }
    expect(named[0]).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
    expect(await readdir(dir.path)).toEqual(left);
  });
});
