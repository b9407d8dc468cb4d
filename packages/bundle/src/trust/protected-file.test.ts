/** Who may own what decides whom a site trusts. Only root can give files away, so only root sees the first two. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStranger, runningUser } from '../owner/running-user.js';
import { readProtectedFile } from './protected-file.js';

const stranger = 12_345;
const asRoot = runningUser() === 0;

async function readOwned(by: { readonly file?: number; readonly folder?: number }) {
  await using dir = await tempDir();
  const folder = join(dir.path, 'folder');
  const file = join(folder, 'file');
  await mkdir(folder);
  await writeFile(file, 'text', { mode: 0o600 });
  // Sticky, so that nobody but owners can put another file there.
  await chmod(folder, 0o1777);
  if (by.file !== undefined) await chown(file, by.file, by.file);
  if (by.folder !== undefined) await chown(folder, by.folder, by.folder);
  return await readProtectedFile(file, 100);
}

describe('reading a file that decides what is trusted', () => {
  const given = asRoot ? stranger : undefined;

  it('refuses one of another user, whatever its mode is', async () => {
    const read = await readOwned({ ...(given === undefined ? {} : { file: given }) });
    const refused = { state: 'exposed', found: `it owned by user ${stranger}` };
    expect(read).toMatchObject(asRoot ? refused : { state: 'read' });
  });

  it('refuses one in a folder of another user', async () => {
    const read = await readOwned({ ...(given === undefined ? {} : { folder: given }) });
    const refused = { state: 'exposed', found: expect.stringContaining(`user ${stranger}`) };
    expect(read).toMatchObject(asRoot ? refused : { state: 'read' });
  });

  it('takes its own', async () => {
    expect(await readOwned({})).toMatchObject({ state: 'read' });
  });

  it('takes that of root and that of whoever runs it, and of nobody else', () => {
    const owners = [0, 1000, 1001].map((uid) => isStranger({ uid }, 1000));
    expect(owners).toEqual([false, false, true]);
    expect(isStranger({ uid: 1000 }, 0)).toBe(true);
  });

  it('cannot ask where users have no numbers', () => {
    expect(isStranger({ uid: 1000 }, undefined)).toBe(false);
  });
});
