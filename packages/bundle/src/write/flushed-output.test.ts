/** A file that is brought to its disk while it is written. */
import { describe, expect, it, jest } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pieceBytes } from '../limits.js';
import { mebibyte } from '../test-bundles/large-bundle.test.js';
import { PartialFile } from './partial-file.js';
import { UncachedWrites } from './uncached-writes.js';

/** What all open files share. */
async function fileHandles(folder: string): Promise<FileHandle> {
  await using handle = await open(folder, 'r');
  return Object.getPrototypeOf(handle) as FileHandle;
}

describe('flushing a bundle while it is written', () => {
  it('does not publish what did not reach the disk', async () => {
    await using dir = await tempDir();
    const partial = await PartialFile.create(join(dir.path, 'b.tar'));
    const failure = Object.assign(new Error('i/o error'), { code: 'EIO', syscall: 'fdatasync' });
    const flush = jest.spyOn(await fileHandles(dir.path), 'datasync');
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
    const flush = jest.spyOn(await fileHandles(dir.path), 'datasync');
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
