/** A run that goes on where an earlier one stopped, and what it fetches again. */
import { describe, expect, it } from '@jest/globals';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
import type { OpenEntry } from './write-options.js';

describe('going on after a failure', () => {
  it('fetches only what had not come', async () => {
    await using at = await scene();
    await breakOff(at, 18.5 * mebibyte);
    let resumed = 0;
    await at.finish({ onResumed: (bytes) => (resumed = bytes) });
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([
      { start: 18.5 * mebibyte, end: size },
    ]);
    // Noted as the first 8 MiB, as the first 16 MiB and as all that came: each byte counts once.
    expect(resumed).toBeGreaterThanOrEqual(18.5 * mebibyte);
    expect(resumed).toBeLessThan(19 * mebibyte);
  });

  it('goes on as often as it has to', async () => {
    await using at = await scene();
    await breakOff(at, 9 * mebibyte);
    const { bundle } = at;
    const again: OpenEntry = async (entry, options) => {
      if (entry.digest !== bundle.layers[0]?.digest) return bundle.openPart(entry, options);
      expect(options.start).toBe(9 * mebibyte);
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
      { start: 17 * mebibyte, end: size },
    ]);
  });

  it('keeps what each connection brought, however little', async () => {
    const brought = 3.5 * mebibyte;
    const seeds = ['a', 'b', 'c', 'd'];
    await using at = await scene(await largeBundle(seeds.map((seed) => [seed, 5 * mebibyte])));
    const { layers, openPart, openedOf } = at.bundle;
    let arrived = 0;
    let last = (): void => undefined;
    const everybody = new Promise<void>((resolve) => (last = resolve));
    const breaking: OpenEntry = async (entry, options) => {
      const layer = layers.find(({ digest }) => digest === entry.digest);
      if (layer === undefined) return openPart(entry, options);
      return (async function* () {
        yield* inPieces(layer.bytes.subarray(0, brought));
        arrived += 1;
        if (arrived === layers.length) last();
        await everybody;
        throw broken;
      })();
    };
    await expect(at.write(breaking)).rejects.toBe(broken);
    await at.finish();
    for (const { digest } of layers) {
      expect(openedOf(digest)).toEqual([{ start: brought, end: 5 * mebibyte }]);
    }
  });

  it('needs nothing more when only its name was taken meanwhile', async () => {
    await using at = await scene();
    const { bundle, file } = at;
    const taking: OpenEntry = async (entry, options) => {
      await writeFile(file, 'precious');
      return bundle.openPart(entry, options);
    };
    await expect(at.write(taking)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await readFile(file, 'utf8')).toBe('precious');
    await rm(file);
    await at.finish();
    expect(bundle.openedOf(bundle.layers[0]?.digest)).toEqual([{ start: 0, end: size }]);
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
