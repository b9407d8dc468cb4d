/** A key pair on disk: both files or none, and never over another. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPair } from './generate-key-pair.js';
import { writeKeyPair } from './write-key-pair.js';

const pair: KeyPair = {
  privateKeyPem: 'the private half, for tests only\n',
  publicKeyPem: 'the public half\n',
  fingerprint: '',
};

describe('writing a key pair', () => {
  it('lets only the owner use the private half and everybody read the public one', async () => {
    await using dir = await tempDir();

    const { privateKeyFile, publicKeyFile } = await writeKeyPair(join(dir.path, 'bundle'), pair);

    expect(privateKeyFile).toBe(join(dir.path, 'bundle.key'));
    expect(publicKeyFile).toBe(join(dir.path, 'bundle.pub'));
    expect(await readFile(privateKeyFile, 'utf8')).toBe(pair.privateKeyPem);
    expect(await readFile(publicKeyFile, 'utf8')).toBe(pair.publicKeyPem);
    expect((await stat(privateKeyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(publicKeyFile)).mode & 0o777).toBe(0o644);
  });

  it('gives the modes it promises under a umask that allows nothing', async () => {
    await using dir = await tempDir();
    const before = process.umask(0o777);
    try {
      await writeKeyPair(join(dir.path, 'bundle'), pair);
    } finally {
      process.umask(before);
    }
    expect((await stat(join(dir.path, 'bundle.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir.path, 'bundle.pub'))).mode & 0o777).toBe(0o644);
  });

  it.each(['bundle.key', 'bundle.pub'])('leaves all as it was when %s is there', async (name) => {
    await using dir = await tempDir();
    await writeFile(join(dir.path, name), 'of somebody else');

    await expect(writeKeyPair(join(dir.path, 'bundle'), pair)).rejects.toMatchObject({
      code: 'KEY_EXISTS',
      message: expect.stringContaining(name),
    });

    expect(await readdir(dir.path)).toEqual([name]);
    expect(await readFile(join(dir.path, name), 'utf8')).toBe('of somebody else');
  });

  it('does not write through a link that points nowhere yet', async () => {
    await using dir = await tempDir();
    await symlink(join(dir.path, 'elsewhere'), join(dir.path, 'bundle.key'));

    await expect(writeKeyPair(join(dir.path, 'bundle'), pair)).rejects.toMatchObject({
      code: 'KEY_EXISTS',
    });

    expect(await readdir(dir.path)).toEqual(['bundle.key']);
  });

  it('names the folder that is not there', async () => {
    await using dir = await tempDir();
    await expect(writeKeyPair(join(dir.path, 'none', 'bundle'), pair)).rejects.toMatchObject({
      code: 'KEY_UNWRITABLE',
      message: expect.stringContaining('ENOENT'),
    });
  });
});
