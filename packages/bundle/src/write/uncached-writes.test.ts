/** Pieces that go past the page cache, and those that cannot. */
import { describe, expect, it, jest } from '@jest/globals';
import { describeWith, noise, runProgram, tempDir } from '@sallyport/testing';
import { statfsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pieceBytes } from '../limits.js';
import { largeBundle, mebibyte } from '../test-bundles/large-bundle.test.js';
import { alignedBuffers } from './aligned-memory.js';
import { PartialFile, partialName } from './partial-file.js';
import { UncachedWrites } from './uncached-writes.js';
import { writeBundleFile } from './write-bundle-file.js';

const bytes = noise('uncached', 3 * pieceBytes);

/** Three pieces of aligned memory. */
function aligned(): readonly Buffer[] {
  return alignedBuffers(3, pieceBytes).map((piece, number) => {
    bytes.copy(piece, 0, number * pieceBytes);
    return piece;
  });
}

/** @param writeMs For each piece. */
function onDiskThatTakes(writeMs: number): UncachedWrites {
  return new UncachedWrites({
    write: async () => {
      if (writeMs > 0) await sleep(writeMs);
      return { bytesWritten: pieceBytes, buffer: bytes };
    },
    close: () => Promise.resolve(),
  } as unknown as ConstructorParameters<typeof UncachedWrites>[0]);
}

/** A little less than 96 MiB, four at once: one of them is always under way. */
async function nearlyJudge(uncached: UncachedWrites): Promise<void> {
  const [piece = bytes] = aligned();
  const one = async (): Promise<void> => {
    for (let count = 0; count < 31; count += 1) await uncached.write(piece, 0);
  };
  await Promise.all([one(), one(), one(), one()]);
}

async function writeFour(uncached: UncachedWrites): Promise<void> {
  const [piece = bytes] = aligned();
  await Promise.all([1, 2, 3, 4].map(() => uncached.write(piece, 0)));
}

describe('writing past the page cache', () => {
  it('brings whole pieces to their places, with others beside them', async () => {
    await using dir = await tempDir();
    const name = join(dir.path, 'b.tar');
    const file = await PartialFile.create(name);
    await file.resize(bytes.length + 100);
    await file.avoidCache();
    const pieces = aligned();
    await Promise.all([2, 0].map((at) => file.writeOnce(pieces[at] ?? bytes, at * pieceBytes)));
    await file.writeOnce(bytes.subarray(pieceBytes, pieceBytes + 5000), pieceBytes);
    await file.writeOnce(bytes.subarray(pieceBytes + 5000, 2 * pieceBytes), pieceBytes + 5000);
    await file.write([Buffer.alloc(100, 'x')], bytes.length);
    const read = Buffer.alloc(bytes.length);
    expect(await file.read(read, 0)).toBe(bytes.length);
    expect(read.equals(bytes)).toBe(true);
    await file.publish();
    expect((await readFile(name)).equals(Buffer.concat([bytes, Buffer.alloc(100, 'x')]))).toBe(
      true,
    );
  });

  it('writes in the usual way what lies badly in memory, from then on', async () => {
    await using dir = await tempDir();
    const file = await PartialFile.create(join(dir.path, 'b.tar'));
    await file.avoidCache();
    const memory = alignedBuffers(1, 2 * pieceBytes)[0] ?? Buffer.alloc(0);
    const crooked = memory.subarray(1, 1 + pieceBytes);
    bytes.copy(crooked, 0, 0, pieceBytes);
    await file.writeOnce(crooked, 0);
    const found = await readFile(partialName(join(dir.path, 'b.tar')));
    expect(found.equals(bytes.subarray(0, pieceBytes))).toBe(true);
    await file.discard();
  });

  it('is not tried again after it was refused', async () => {
    let asked = 0;
    const uncached = new UncachedWrites({
      write: () => {
        asked += 1;
        return Promise.reject(Object.assign(new Error('invalid argument'), { code: 'EINVAL' }));
      },
      close: () => Promise.resolve(),
    });
    const [piece = bytes] = aligned();
    expect(uncached.isOpen).toBe(true);
    expect(await uncached.write(piece, 0)).toBe(false);
    expect(await uncached.write(piece, 0)).toBe(false);
    expect(asked).toBe(1);
    expect(uncached.isOpen).toBe(false);
  });

  it.each([
    ['a slow disk', 50, 0],
    ['one that only seems to take everything', 0, 400],
  ])('gives up %s after 96 MiB', async (_what, writeMs, flushMs) => {
    const uncached = onDiskThatTakes(writeMs);
    await nearlyJudge(uncached);
    await uncached.timed(0, () => sleep(flushMs));
    expect(uncached.isOpen).toBe(true);
    await writeFour(uncached);
    expect(uncached.isOpen).toBe(false);
  });

  it('stays with a fast one', async () => {
    // However long this machine lets it wait.
    const clock = jest.spyOn(performance, 'now').mockReturnValue(5000);
    try {
      const uncached = onDiskThatTakes(0);
      await nearlyJudge(uncached);
      await writeFour(uncached);
      expect(uncached.isOpen).toBe(true);
    } finally {
      clock.mockRestore();
    }
  });

  it('judges a disk by all that it took, and then for good', async () => {
    const uncached = onDiskThatTakes(0);
    const [piece = bytes] = aligned();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(5000);
    const until = (milliseconds: number) => async () => {
      clock.mockReturnValue(milliseconds);
    };
    try {
      await uncached.timed(200_000_000, until(5500));
      expect(uncached.isOpen).toBe(true);
      await uncached.timed(0, until(5501));
      expect(uncached.isOpen).toBe(false);
      await uncached.timed(2_000_000_000, until(5501));
      expect(uncached.isOpen).toBe(false);
      expect(await uncached.write(piece, 0)).toBe(false);
    } finally {
      clock.mockRestore();
    }
  });

  it('takes no part of a piece, and no piece between two', async () => {
    const uncached = new UncachedWrites({
      write: () => Promise.reject(new Error('expected no write')),
      close: () => Promise.resolve(),
    });
    expect(await uncached.write(bytes.subarray(0, 4096), 0)).toBe(false);
    expect(await uncached.write(bytes.subarray(0, pieceBytes), 4096)).toBe(false);
    expect(uncached.isOpen).toBe(true);
  });
});

describeWith(['fincore'], 'a bundle on ext4 or XFS', () => {
  // Others take the flag and keep the bytes in memory all the same.
  const types = [0xef53, 0x58465342];
  const onDisk = types.includes(statfsSync(tmpdir()).type) ? it : it.skip;

  onDisk('is hardly in the page cache after it was written, and complete', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'b.tar');
    const bundle = await largeBundle([
      ['a', 16 * mebibyte],
      ['b', 8 * mebibyte],
    ]);
    await writeBundleFile(file, bundle.signed, bundle.openPart, { ranges: 'never' });
    const { stdout } = await runProgram('fincore', [
      ...['--bytes', '--noheadings', '--output', 'RES'],
      file,
    ]);
    // The first and the last piece of each layer may be.
    expect(Number(stdout)).toBeLessThanOrEqual(6 * mebibyte);
    expect((await readFile(file)).equals(await bundle.expected())).toBe(true);
  });
});
