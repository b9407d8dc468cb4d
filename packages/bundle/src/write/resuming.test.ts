/** A run that goes on where an earlier one stopped, and what it fetches again. */
import { describe, expect, it, jest } from '@jest/globals';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { thisProcess } from '../owner/lock-owner.js';
import {
  breakingAfter,
  breakOff,
  broken,
  id,
  notes,
  scene,
  size,
  type Scene,
} from '../test-bundles/broken-off.test.js';
import { inPieces, largeBundle, mebibyte } from '../test-bundles/large-bundle.test.js';
import { claimLine, parseJournal } from './journal-text.js';
import { PartialFile } from './partial-file.js';
import type { OpenEntry } from './write-options.js';

describe('going on after a failure', () => {
  it('fetches only what is not noted', async () => {
    await using at = await scene();
    await breakOff(at, 18.5 * mebibyte);
    let resumed = 0;
    await at.finish({ onResumed: (bytes) => (resumed = bytes) });
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([
      { start: 16 * mebibyte, end: size },
    ]);
    // Noted as the first 8 MiB and as the first 16 MiB: each byte counts once.
    expect(resumed).toBeGreaterThanOrEqual(16 * mebibyte);
    expect(resumed).toBeLessThan(17 * mebibyte);
  });

  it('goes on as often as it has to', async () => {
    await using at = await scene();
    await breakOff(at, 9 * mebibyte);
    const { bundle } = at;
    const again: OpenEntry = async (entry, options) => {
      if (entry.digest !== bundle.layers[0]?.digest) return bundle.openPart(entry, options);
      expect(options.start).toBe(8 * mebibyte);
      return (async function* () {
        yield* inPieces(
          bundle.layers[0]?.bytes.subarray(options.start, 17 * mebibyte) ?? Buffer.alloc(0),
        );
        throw broken;
      })();
    };
    await expect(at.write(again)).rejects.toBe(broken);
    await at.finish();
    expect(bundle.openedOf(bundle.layers[0]?.digest)).toEqual([
      { start: 16 * mebibyte, end: size },
    ]);
  });

  it('starts over when it is told to', async () => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    await at.finish({ isFresh: true });
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([{ start: 0, end: size }]);
  });

  it('says how much it keeps, and keeps nothing for little', async () => {
    await using at = await scene();
    let kept = -1;
    const options = { onKept: (bytes: number) => (kept = bytes) };
    await expect(at.write(breakingAfter(at.bundle, 1000), options)).rejects.toBe(broken);
    expect(kept).toBe(-1);
    expect(await readdir(at.folder)).toEqual([]);
    await expect(at.write(breakingAfter(at.bundle, 9 * mebibyte), options)).rejects.toBe(broken);
    expect(kept).toBeGreaterThanOrEqual(8 * mebibyte);
  });
});

describe('going on with another plan', () => {
  it('copies what stands at another place now', async () => {
    await using at = await scene();
    await breakOff(at, 18.5 * mebibyte);
    const changed = await largeBundle([
      ['b', 3 * mebibyte],
      ['a', size],
      ['c', 5000],
    ]);
    await using after = await scene(changed);
    for (const name of await readdir(at.folder))
      await rename(join(at.folder, name), join(after.folder, name));
    await after.finish();
    const [b, a] = changed.layers;
    expect(changed.openedOf(a?.digest)).toEqual([{ start: 16 * mebibyte, end: size }]);
    expect(changed.openedOf(b?.digest)).toEqual([{ start: 0, end: 3 * mebibyte }]);
  });

  it('keeps what an earlier run left when it cannot be copied, and lets the next run have it', async () => {
    await using at = await scene();
    await breakOff(at, 18.5 * mebibyte);
    const changed = await largeBundle([
      ['b', 3 * mebibyte],
      ['a', size],
    ]);
    await using after = await scene(changed);
    for (const name of await readdir(at.folder))
      await rename(join(at.folder, name), join(after.folder, name));
    const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });
    const writing = jest.spyOn(PartialFile.prototype, 'write').mockRejectedValueOnce(full);
    await expect(after.finish()).rejects.toBe(full);
    writing.mockRestore();
    await after.finish();
    expect(changed.openedOf(changed.layers[1]?.digest)).toEqual([
      { start: 16 * mebibyte, end: size },
    ]);
  });

  it('uses nothing of a plan that has nothing in common', async () => {
    await using at = await scene(await largeBundle([['other', size]]));
    await breakOff(at, 18 * mebibyte);
    const changed = await largeBundle([['a', 2 * mebibyte]]);
    await using after = await scene(changed);
    for (const name of await readdir(at.folder))
      await rename(join(at.folder, name), join(after.folder, name));
    await after.finish();
    expect(changed.openedOf(changed.layers[0]?.digest)).toEqual([{ start: 0, end: 2 * mebibyte }]);
  });
});

describe('going on after a run that was killed', () => {
  it('goes on where no process of its journal is alive', async () => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    const gone = { ...(await thisProcess()), pid: '4194305' };
    await rewriteClaims(at, claimLine(id, gone));
    await at.finish();
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([
      { start: 16 * mebibyte, end: size },
    ]);
  });

  it('leaves a living one alone', async () => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    await rewriteClaims(at, claimLine(id, await thisProcess()));
    for (const isFresh of [false, true]) {
      await expect(at.finish({ isFresh })).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    }
    expect(await readdir(at.folder)).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
  });

  it('lets only one of two go on', async () => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    const runs = [0, 1].map(() => at.write(at.bundle.openPart));
    const ended = await Promise.allSettled(runs);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const expected = await at.bundle.expected();
    expect((await readFile(at.file)).equals(expected)).toBe(true);
  });

  /** As a killed run leaves it: with its claim and without its end. */
  async function rewriteClaims({ file }: Scene, claim: string): Promise<void> {
    const journal = `${file}.partial.journal`;
    const text = await readFile(journal, 'latin1');
    expect(parseJournal(text).owners).toEqual([]);
    await writeFile(journal, `${claim}${notes(text)}`);
  }
});
