/** A journal that more than one run comes to. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { thisProcess } from '../owner/lock-owner.js';
import { breakOff, id, notes, scene } from '../test-bundles/broken-off.test.js';
import { mebibyte } from '../test-bundles/large-bundle.test.js';
import { Journal, readJournal } from './journal.js';
import { claimLine } from './journal-text.js';

describe('a journal that several runs come to', () => {
  it('is given to one of two, and the other leaves no claim', async () => {
    await using folder = await tempDir();
    const file = join(folder.path, 'journal');
    const own = await thisProcess();
    await (await Journal.create(file, own)).keep();
    const runs = await Promise.allSettled([0, 1].map(() => Journal.goOn(file, own)));
    expect(runs.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await readJournal(file))?.owners).toEqual([own]);
    for (const run of runs) if (run.status === 'fulfilled') await run.value.keep();
    expect((await readJournal(file))?.owners).toEqual([]);
  });

  it('is that of a living run, also where a run that has gone claimed it later', async () => {
    await using at = await scene();
    await breakOff(at, 18 * mebibyte);
    const journal = `${at.file}.partial.journal`;
    const own = await thisProcess();
    const gone = claimLine(id, { ...own, pid: '4194305' });
    const text = `${claimLine(id, own)}${notes(await readFile(journal, 'latin1'))}${gone}`;
    await writeFile(journal, text);
    await expect(at.finish()).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining(`process ${own.pid ?? ''}`),
    });
    expect(await readFile(journal, 'latin1')).toBe(text);
  });

  it('is left to the run that has put its own in its place', async () => {
    await using folder = await tempDir();
    const file = join(folder.path, 'journal');
    const own = await thisProcess();
    for (const end of ['keep', 'remove'] as const) {
      const journal = await Journal.create(file, own);
      await rename(file, `${file}.${end}`);
      const others = await Journal.create(file, own);
      const text = await readFile(file, 'latin1');
      expect(await journal.found()).toBeUndefined();
      await journal[end]();
      expect(await readFile(file, 'latin1')).toBe(text);
      await others.remove();
    }
  });
});
