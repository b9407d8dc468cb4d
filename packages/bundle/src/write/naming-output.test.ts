/** A bundle file is complete under its final name, or there is none. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, except, layerOf, plannedBundle } from '../test-bundles/planning.test.js';
import { writeBundleFile } from './write-bundle-file.js';
import type { OpenEntry } from './write-options.js';

/** By the numbers of most Linux systems. */
const nobody = 65_534;

describe('naming the file of a bundle', () => {
  it('is FILE.partial until it is complete', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    let seen: readonly string[] = [];
    const looking: OpenEntry = async (entry, options) => {
      seen = await readdir(dir.path);
      return await planned.openEntry(entry, options);
    };
    await writeBundleFile(join(dir.path, 'b.tar'), planned.signed, looking);
    expect(seen).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('stands in a folder that may be written and not read', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const folder = join(dir.path, 'drop');
    await mkdir(folder);
    await chmod(dir.path, 0o755);
    await chmod(folder, 0o333);
    const user = process.geteuid?.();
    // Root may read everything.
    if (user === 0) process.seteuid?.(nobody);
    try {
      await expect(readdir(folder)).rejects.toMatchObject({ code: 'EACCES' });
      await writeBundleFile(join(folder, 'b.tar'), planned.signed, planned.openEntry);
    } finally {
      if (user === 0) process.seteuid?.(user);
      await chmod(folder, 0o755);
    }
    expect(await readdir(folder)).toEqual(['b.tar']);
  });

  it('replaces what a killed run left behind', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    await writeFile(`${file}.partial`, Buffer.alloc(1_000_000, 'x'));
    await writeBundleFile(file, planned.signed, planned.openEntry);
    expect(await readFile(file)).toEqual(await bytesOf(planned));
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('does not follow a link that stands in place of the partial file', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const [file, victim] = [join(dir.path, 'b.tar'), join(dir.path, 'victim')];
    await writeFile(victim, 'precious');
    await symlink(victim, `${file}.partial`);
    await writeBundleFile(file, planned.signed, planned.openEntry);
    expect(await readFile(victim, 'utf8')).toBe('precious');
  });

  it.each(['a file', 'a folder', 'a link to nowhere'])('refuses to replace %s', async (what) => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    if (what === 'a file') await writeFile(file, 'precious');
    else if (what === 'a folder') await mkdir(file);
    else await symlink('nowhere', file);
    await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    expect(await readdir(dir.path)).toEqual(['b.tar']);
    if (what === 'a file') expect(await readFile(file, 'utf8')).toBe('precious');
  });

  it.each(['partial', 'partial.journal'])(
    'touches nothing beside a folder at .%s',
    async (ending) => {
      await using dir = await tempDir();
      const planned = await plannedBundle();
      const file = join(dir.path, 'b.tar');
      await writeFile(`${file}.partial${ending === 'partial' ? '.journal' : ''}`, 'left');
      await mkdir(`${file}.${ending}`);
      await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
        code: 'OUTPUT_UNWRITABLE',
        message: expect.stringContaining('found one'),
      });
      expect(await readdir(dir.path)).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
    },
  );

  it('refuses before anything is fetched', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    await writeFile(file, 'precious');
    let opened = 0;
    const counting: OpenEntry = async (entry, options) => {
      opened += 1;
      return await planned.openEntry(entry, options);
    };
    await expect(writeBundleFile(file, planned.signed, counting)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    expect(opened).toBe(0);
  });

  it('does not overwrite a file that appeared meanwhile, and leaves nothing of its own', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    const racing = except(planned, layerOf(planned), async (entry, options) => {
      await writeFile(file, 'precious');
      return await planned.openEntry(entry, options);
    });
    await expect(writeBundleFile(file, planned.signed, racing)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    expect(await readFile(file, 'utf8')).toBe('precious');
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('refuses a second run while the first one lives', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    const overtaken = except(planned, layerOf(planned), async (entry, options) => {
      await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
        code: 'OUTPUT_UNWRITABLE',
        message: expect.stringContaining('another run (process '),
      });
      return await planned.openEntry(entry, options);
    });
    await writeBundleFile(file, planned.signed, overtaken);
    expect(await readFile(file)).toEqual(await bytesOf(planned));
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('leaves a partial file alone that somebody else put in place of its own', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    const replaced = except(planned, layerOf(planned), async (entry, options) => {
      await rm(`${file}.partial`);
      await writeFile(`${file}.partial`, 'of somebody else');
      return await planned.openEntry(entry, options);
    });
    await expect(writeBundleFile(file, planned.signed, replaced)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('another run'),
    });
    expect(await readFile(`${file}.partial`, 'utf8')).toBe('of somebody else');
  });

  it('says when the folder is not there', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'absent', 'b.tar');
    await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('says when a folder stands where the partial file goes', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    await mkdir(`${file}.partial`);
    await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
  });
});
