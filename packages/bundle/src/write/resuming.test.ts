/** A run that goes on where an earlier one stopped: what it fetches again, and what it does not believe. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import {
  appendFile,
  link,
  open,
  readdir,
  readFile,
  rename,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { thisProcess } from '../owner/lock-owner.js';
import {
  inPieces,
  largeBundle,
  mebibyte,
  type LargeBundle,
} from '../test-bundles/large-bundle.test.js';
import { claimLine, parseJournal } from './journal-text.js';
import { writeBundleFile } from './write-bundle-file.js';
import type { OpenEntry, WriteOptions } from './write-options.js';

const broken = new Error('the line is dead');
const id = '01234567-89ab-cdef-0123-456789abcdef';
const size = 20 * mebibyte;

interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  readonly bundle: LargeBundle;
  /** Writes it, and compares it with the same bundle written as a stream. */
  readonly finish: (options?: WriteOptions) => Promise<void>;
}

async function scene(bundle?: LargeBundle): Promise<Scene> {
  const folder = await tempDir();
  const planned = bundle ?? (await largeBundle([['a', size]]));
  const file = join(folder.path, 'b.tar');
  return {
    folder: folder.path,
    file,
    bundle: planned,
    finish: async (options) => {
      await writeBundleFile(file, planned.signed, planned.openPart, options);
      const expected = await planned.expected();
      expect((await readFile(file)).equals(expected)).toBe(true);
      expect(await readdir(folder.path)).toEqual(['b.tar']);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Breaks off the layer after so many bytes. */
function breakingAfter({ openPart, layers }: LargeBundle, bytes: number): OpenEntry {
  return async (entry, options) => {
    if (entry.digest !== layers[0]?.digest) return openPart(entry, options);
    return (async function* () {
      yield* inPieces(layers[0]?.bytes.subarray(0, bytes) ?? Buffer.alloc(0));
      throw broken;
    })();
  };
}

async function breakOff({ file, bundle }: Scene, bytes: number): Promise<void> {
  const broke = writeBundleFile(file, bundle.signed, breakingAfter(bundle, bytes));
  await expect(broke).rejects.toBe(broken);
  expect(await readdir(join(file, '..'))).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
}

describe('going on after a failure', () => {
  it('fetches only what is not noted', async () => {
    await using at = await scene();
    await breakOff(at, 18.5 * mebibyte);
    let resumed = 0;
    await at.finish({ onResumed: (bytes) => (resumed = bytes) });
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([
      { start: 16 * mebibyte, end: size },
    ]);
    expect(resumed).toBeGreaterThanOrEqual(16 * mebibyte);
  });

  it('goes on as often as it has to', async () => {
    await using at = await scene();
    await breakOff(at, 9 * mebibyte);
    const { bundle, file } = at;
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
    await expect(writeBundleFile(file, bundle.signed, again)).rejects.toBe(broken);
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
    const { signed } = at.bundle;
    await expect(
      writeBundleFile(at.file, signed, breakingAfter(at.bundle, 1000), options),
    ).rejects.toBe(broken);
    expect(kept).toBe(-1);
    expect(await readdir(at.folder)).toEqual([]);
    await expect(
      writeBundleFile(at.file, signed, breakingAfter(at.bundle, 9 * mebibyte), options),
    ).rejects.toBe(broken);
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

describe('going on with a journal that is not as it was left', () => {
  it.each<readonly [string, (journal: string) => string | Promise<string>]>([
    ['is empty', () => ''],
    ['is of a newer version', (text) => text.replaceAll(/^sallyport-(\w+) 1/gm, 'sallyport-$1 2')],
    [
      'is of a run on another machine',
      async (text) => `${claimLine(id, { world: 'x', pid: '1', started: '1' })}${notes(text)}`,
    ],
    ['is noise', () => '\0\u00ff\n'.repeat(1000)],
  ])('starts over when it %s', async (_what, change) => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    const journal = `${at.file}.partial.journal`;
    await writeFile(journal, await change(await readFile(journal, 'latin1')));
    await at.finish();
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([{ start: 0, end: size }]);
  });

  it.each<readonly [string, (digest: string) => string]>([
    ['claims more than was written', (digest) => `${digest} AT 0 ${size}\n`],
    ['claims what lies beyond the blob', (digest) => `${digest} AT 0 ${size + 512}\n`],
    ['claims nothing, backwards', (digest) => `${digest} AT ${size} 0\n`],
    ['names no blob', () => `sha256:xyz AT 0 ${size}\n`],
    ['was cut off', (digest) => `${digest} AT 0 ${size}`],
    ['claims what overlaps', (digest) => `${digest} AT 100 5000\n${digest} AT 50 7000\n`],
  ])('gives the right bytes when a line %s', async (_what, line) => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    const journal = `${at.file}.partial.journal`;
    const digest = at.bundle.layers[0]?.digest ?? 'sha256:';
    const [, place] =
      new RegExp(`${digest} ([0-9]+)`).exec(await readFile(journal, 'latin1')) ?? [];
    await appendFile(journal, line(digest).replaceAll('AT', place ?? '0'));
    await at.finish();
  });

  it('fetches a blob again whose bytes have changed', async () => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    const partial = await open(`${at.file}.partial`, 'r+');
    await partial.write(Buffer.from('changed'), 0, 7, 5 * mebibyte);
    await partial.close();
    await at.finish();
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([
      { start: 16 * mebibyte, end: size },
      { start: 0, end: size },
    ]);
  });

  it('fetches a blob once more, and not for ever, when its source is wrong', async () => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    const { bundle } = at;
    let asked = 0;
    const lying: OpenEntry = async (entry, options) => {
      if (entry.digest !== bundle.layers[0]?.digest) return bundle.openPart(entry, options);
      asked += 1;
      return inPieces(Buffer.alloc(size - (options.start ?? 0)));
    };
    await expect(writeBundleFile(at.file, bundle.signed, lying)).rejects.toMatchObject({
      code: 'CONTENT_DIGEST_MISMATCH',
    });
    expect(asked).toBe(2);
  });

  it('does not write into a bundle that was published just before a kill', async () => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    // Named, but not yet without its other name.
    const published = join(at.folder, 'moved-away.tar');
    await link(`${at.file}.partial`, published);
    const before = await readFile(published);
    await writeBundleFile(at.file, at.bundle.signed, at.bundle.openPart);
    expect((await readFile(published)).equals(before)).toBe(true);
    // It was read, and that is all.
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([
      { start: 16 * mebibyte, end: size },
    ]);
  });

  it('starts over when the partial file is gone, or only a link', async () => {
    for (const isLink of [false, true]) {
      await using at = await scene();
      await breakOff(at, 18 * mebibyte);
      const away = join(at.folder, '..', `away-${String(isLink)}-${Date.now()}`);
      await rename(`${at.file}.partial`, away);
      if (isLink) await symlink(away, `${at.file}.partial`);
      await at.finish();
      expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([{ start: 0, end: size }]);
    }
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
    const runs = [0, 1].map(() => writeBundleFile(at.file, at.bundle.signed, at.bundle.openPart));
    const ended = await Promise.allSettled(runs);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const expected = await at.bundle.expected();
    expect((await readFile(at.file)).equals(expected)).toBe(true);
  });

  /** As a killed run leaves it: with its claim and without its end. */
  async function rewriteClaims({ file }: Scene, claim: string): Promise<void> {
    const journal = `${file}.partial.journal`;
    const text = await readFile(journal, 'latin1');
    expect(parseJournal(text).owner).toBeUndefined();
    await writeFile(journal, `${claim}${notes(text)}`);
  }
});

/** The lines of a journal that say what was written. */
function notes(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('sha256:'))
    .map((line) => `${line}\n`)
    .join('');
}
