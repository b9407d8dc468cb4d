/** A run whose plan is not that of the run before: what that one left is copied to where it belongs now. */
import { describe, expect, it, jest } from '@jest/globals';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { breakOff, scene, size, type Scene } from '../test-bundles/broken-off.test.js';
import { fileHandles } from '../test-bundles/file-handles.test.js';
import { largeBundle, mebibyte } from '../test-bundles/large-bundle.test.js';
import { PartialFile } from './partial-file.js';

/** 18.5 MiB of layer `a` had come; now there are other layers around it. */
async function changed(): Promise<Scene> {
  await using at = await scene();
  await breakOff(at, 18.5 * mebibyte);
  const after = await scene(
    await largeBundle([
      ['b', 3 * mebibyte],
      ['a', size],
      ['c', 5000],
    ]),
  );
  await hand(at, after);
  return after;
}

async function hand(from: Scene, to: Scene): Promise<void> {
  for (const name of await readdir(from.folder))
    await rename(join(from.folder, name), join(to.folder, name));
}

function openedOf({ bundle }: Scene): readonly object[] {
  return bundle.openedOf(bundle.layers[1]?.digest);
}

const rest = { start: 18.5 * mebibyte, end: size };

describe('going on with another plan', () => {
  it('copies what stands at another place now', async () => {
    await using at = await changed();
    await at.finish();
    expect(openedOf(at)).toEqual([rest]);
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([
      { start: 0, end: 3 * mebibyte },
    ]);
  });

  it('keeps what an earlier run left when it cannot be copied, and lets the next run have it', async () => {
    await using at = await changed();
    const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });
    const writing = jest.spyOn(PartialFile.prototype, 'write').mockRejectedValueOnce(full);
    await expect(at.finish()).rejects.toBe(full);
    writing.mockRestore();
    await at.finish();
    expect(openedOf(at)).toEqual([rest]);
  });

  it('uses nothing of a plan that has nothing in common', async () => {
    await using at = await scene(await largeBundle([['other', size]]));
    await breakOff(at, 18 * mebibyte);
    await using after = await scene(await largeBundle([['a', 2 * mebibyte]]));
    await hand(at, after);
    await after.finish();
    const { bundle } = after;
    expect(bundle.openedOf(bundle.layers[0]?.digest)).toEqual([{ start: 0, end: 2 * mebibyte }]);
  });

  it('touches nothing while a file stands in the place of the bundle', async () => {
    for (const isFresh of [false, true]) {
      await using at = await changed();
      await writeFile(at.file, 'precious');
      const before = await readdir(at.folder);
      await expect(at.finish({ isFresh })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
      expect(await readdir(at.folder)).toEqual(before);
      await rm(at.file);
      await at.finish();
      expect(openedOf(at)).toEqual([rest]);
    }
  });

  it('finds what was put aside by a run that got no further', async () => {
    for (const isJournalMoved of [false, true]) {
      await using at = await changed();
      const partial = `${at.file}.partial`;
      await rename(partial, `${partial}.kept`);
      if (isJournalMoved) await rename(`${partial}.journal`, `${partial}.kept.journal`);
      await at.finish();
      expect(openedOf(at)).toEqual([rest]);
    }
  });

  it('fetches what can no longer be read', async () => {
    await using at = await changed();
    const reading = jest.spyOn(await fileHandles(), 'read').mockImplementation(async () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'read' });
    });
    try {
      await at.finish();
    } finally {
      reading.mockRestore();
    }
    expect(openedOf(at)).toEqual([{ start: 0, end: size }]);
  });

  it('stops copying when it is aborted, and copies in the next run', async () => {
    await using at = await changed();
    const stop = new AbortController();
    const reason = new Error('enough');
    const written: number[] = [];
    const write = jest.spyOn(PartialFile.prototype, 'write').mockImplementation(async (pieces) => {
      written.push(pieces.length);
      stop.abort(reason);
    });
    await expect(at.finish({ signal: stop.signal })).rejects.toBe(reason);
    write.mockRestore();
    expect(written).toEqual([1]);
    await at.finish();
    expect(openedOf(at)).toEqual([rest]);
  });
});
