/** A small file that decides what is trusted is the old one or the new one, never a part of either. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './replace-file.js';

describe('putting a new text in the place of a file', () => {
  it('takes no notice of what a killed run left half written', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'state.json');
    await writeFile(file, 'old');
    await writeFile(`${file}.partial`, 'torn, and longer than the new text');

    await replaceFile(file, 'new', 0o644);

    expect(await readFile(file, 'utf8')).toBe('new');
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    expect(await readdir(dir.path)).toEqual(['state.json']);
  });

  it('does not write through a link that somebody prepared', async () => {
    await using dir = await tempDir();
    const [file, victim] = [join(dir.path, 'state.json'), join(dir.path, 'victim')];
    await writeFile(victim, 'untouched');
    await symlink(victim, `${file}.partial`);

    await replaceFile(file, 'new', 0o600);

    expect(await readFile(victim, 'utf8')).toBe('untouched');
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  it('leaves what was there, and nothing else, when it cannot be done', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'state.json');
    await mkdir(join(file, 'something in it'), { recursive: true });

    await expect(replaceFile(file, 'new', 0o644)).rejects.toMatchObject({ code: 'EISDIR' });

    expect(await readdir(dir.path)).toEqual(['state.json']);
    expect(await readdir(file)).toEqual(['something in it']);
  });
});
