/** A journal or a partial file that is not as it was left: it costs time, and never a wrong byte. */
import { describe, expect, it } from '@jest/globals';
import { runProgram, tempDir } from '@sallyport/testing';
import { appendFile, link, open, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { breakOff, id, notes, scene, size } from '../test-bundles/broken-off.test.js';
import { inPieces, mebibyte } from '../test-bundles/large-bundle.test.js';
import { claimLine } from './journal-text.js';
import type { OpenEntry } from './write-options.js';

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
      { start: 18 * mebibyte, end: size },
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
    await expect(at.write(lying)).rejects.toMatchObject({
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
    await at.write(at.bundle.openPart);
    expect((await readFile(published)).equals(before)).toBe(true);
    // It was read, and that is all.
    expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([
      { start: 18 * mebibyte, end: size },
    ]);
  });

  it('starts over when the partial file is gone, or only a link', async () => {
    for (const isLink of [false, true]) {
      await using at = await scene();
      await using elsewhere = await tempDir();
      await breakOff(at, 18 * mebibyte);
      const away = join(elsewhere.path, 'away');
      await rename(`${at.file}.partial`, away);
      if (isLink) await symlink(away, `${at.file}.partial`);
      await at.finish();
      expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([{ start: 0, end: size }]);
    }
  });

  it.each(['a link', 'a pipe'])(
    'writes through nothing that is %s in place of the journal',
    async (what) => {
      await using at = await scene();
      await breakOff(at, 18 * mebibyte);
      const journal = `${at.file}.partial.journal`;
      const away = join(at.folder, 'away');
      await rename(journal, away);
      const before = await readFile(away);
      if (what === 'a link') await symlink(away, journal);
      else expect(await runProgram('mkfifo', [journal])).toMatchObject({ code: 0 });
      await at.write(at.bundle.openPart);
      expect(await readFile(away)).toEqual(before);
      expect(at.bundle.openedOf(at.bundle.layers[0]?.digest)).toEqual([{ start: 0, end: size }]);
    },
  );
});
