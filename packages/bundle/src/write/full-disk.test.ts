/** A disk that is full, or fills up, leaves no half of a bundle behind. */
import { describe, expect, it } from '@jest/globals';
import { runProgram, tempDir, tinyImage, type TempDir } from '@sallyport/testing';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breakingAfter, broken, oneConnection } from '../test-bundles/broken-off.test.js';
import { largeBundle, mebibyte } from '../test-bundles/large-bundle.test.js';
import { plannedBundle } from '../test-bundles/planning.test.js';
import { writeBundleFile } from './write-bundle-file.js';
import type { OpenEntry } from './write-options.js';

/** Mounting takes root, and a machine that lets root do it. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0;
  if (isMounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return isMounted;
}

async function smallDisk(bytes: number): Promise<TempDir> {
  const dir = await tempDir();
  const mounted = await runProgram('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${bytes}`,
    'tmpfs',
    dir.path,
  ]);
  expect(mounted).toMatchObject({ code: 0, stderr: '' });
  return {
    path: dir.path,
    [Symbol.asyncDispose]: async () => {
      expect(await runProgram('umount', [dir.path])).toMatchObject({ code: 0 });
      await dir[Symbol.asyncDispose]();
    },
  };
}

const describeOnDisk = canMount() ? describe : describe.skip;

describeOnDisk('writing a bundle to a small disk (needs root, to mount one)', () => {
  const diskBytes = 256 * 1024;

  it('stops before the first byte when the disk is too small', async () => {
    await using disk = await smallDisk(diskBytes);
    const image = await tinyImage({ layerBytes: [diskBytes] });
    const { signed } = await plannedBundle([{ image }]);
    let opened = 0;
    const writing = writeBundleFile(join(disk.path, 'b.tar'), signed, async () => {
      opened += 1;
      return (async function* () {})();
    });
    await expect(writing).rejects.toMatchObject({
      code: 'OUTPUT_NO_SPACE',
      message: expect.stringMatching(/needs \d+ bytes, found \d+ free/),
    });
    expect(opened).toBe(0);
    expect(await readdir(disk.path)).toEqual([]);
  });

  it('cleans up when somebody else fills it meanwhile', async () => {
    await using disk = await smallDisk(diskBytes);
    const image = await tinyImage({ layerBytes: [diskBytes / 2] });
    const { signed, openEntry } = await plannedBundle([{ image }]);
    let isFull = false;
    const writing = writeBundleFile(
      join(disk.path, 'b.tar'),
      signed,
      async (entry, options) => {
        if (!isFull) await writeFile(join(disk.path, 'other'), Buffer.alloc(diskBytes * 0.75));
        isFull = true;
        return await openEntry(entry, options);
      },
      { concurrency: 1 },
    );
    await expect(writing).rejects.toMatchObject({
      code: 'OUTPUT_NO_SPACE',
      hint: expect.stringContaining('free some space'),
    });
    expect(await readdir(disk.path)).toEqual(['other']);
  });

  it.each([
    [10, 1],
    [50, 9],
    [99, 19],
  ])('goes on when there is space again: full at %d %', async (percent, keptMebibytes) => {
    const layerBytes = 20 * mebibyte;
    await using disk = await smallDisk(32 * mebibyte);
    const bundle = await largeBundle([['layer', layerBytes]]);
    const [layer] = bundle.layers;
    const [file, other] = [join(disk.path, 'b.tar'), join(disk.path, 'other')];
    const filling: OpenEntry = async (entry, options) => {
      const bytes = await bundle.openPart(entry, options);
      if (entry.digest !== layer?.digest) return bytes;
      return (async function* () {
        let sent = 0;
        for await (const chunk of bytes) {
          sent += chunk.byteLength;
          if (sent === Math.round((layerBytes * percent) / 100 / 65_536) * 65_536)
            await fill(other);
          yield chunk;
        }
      })();
    };
    await expect(
      writeBundleFile(file, bundle.signed, filling, oneConnection),
    ).rejects.toMatchObject({
      code: 'OUTPUT_NO_SPACE',
    });
    await rm(other);
    await writeBundleFile(file, bundle.signed, bundle.openPart, oneConnection);
    expect((await readFile(file)).equals(await bundle.expected())).toBe(true);
    expect(await readdir(disk.path)).toEqual(['b.tar']);
    // All but the piece that found the disk full.
    const again = bundle.openedOf(layer?.digest).at(-1);
    expect(again?.start).toBeGreaterThanOrEqual(keptMebibytes * mebibyte);
  });

  it('keeps what an earlier plan left where there is space for that, though not for a second bundle', async () => {
    await using disk = await smallDisk(32 * mebibyte);
    const file = join(disk.path, 'b.tar');
    const earlier = await largeBundle([['layer', 20 * mebibyte]]);
    const [layer] = earlier.layers;
    const breaking = breakingAfter(earlier, 10 * mebibyte);
    await expect(writeBundleFile(file, earlier.signed, breaking, oneConnection)).rejects.toBe(
      broken,
    );
    const now = await largeBundle([
      ['another', 6 * mebibyte],
      ['layer', 20 * mebibyte],
    ]);
    await writeBundleFile(file, now.signed, now.openPart, oneConnection);
    expect(now.openedOf(layer?.digest)).toEqual([{ start: 10 * mebibyte, end: 20 * mebibyte }]);
    expect((await readFile(file)).equals(await now.expected())).toBe(true);
    expect(await readdir(disk.path)).toEqual(['b.tar']);
  });

  /** Takes all the space that is left. */
  async function fill(file: string): Promise<void> {
    const handle = await open(file, 'w');
    try {
      for (;;) await handle.write(Buffer.alloc(65_536));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    } finally {
      await handle.close();
    }
  }
});
