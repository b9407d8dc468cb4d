import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { opening, targetContract, tempDir } from '@sallyport/testing';
import { digestOf, hexOf } from '../content/digest.js';
import { OciLayout } from './oci-layout.js';

targetContract('an OCI layout', async () => {
  const folder = await tempDir();
  const target = new OciLayout(join(folder.path, 'layout'));
  return {
    target,
    leftovers: async () => await readdir(target.stagingFolder).catch(() => []),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

const blob = (text: string) => ({
  mediaType: 'application/octet-stream',
  digest: digestOf(text),
  size: Buffer.byteLength(text),
});

describe('keeping a layout sound', () => {
  it('replaces a blob that is shorter than it should be', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    const content = blob('all of it');
    await layout.push(content, opening(Buffer.from('all of it')));
    const file = join(folder.path, 'blobs', 'sha256', hexOf(content.digest));
    await writeFile(file, 'all');

    expect(await layout.exists(content)).toBe(false);
    await layout.push(content, opening(Buffer.from('all of it')));

    expect(await readFile(file, 'utf8')).toBe('all of it');
  });

  it('adopts a finished file by its new name alone, and no file of another size', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    const content = blob('adopted');
    const file = join(folder.path, 'finished');
    await writeFile(file, 'adopt');

    await expect(layout.adopt(content, file)).rejects.toMatchObject({
      code: 'CONTENT_SIZE_MISMATCH',
    });
    await writeFile(file, 'adopted');
    const { ino } = await stat(file);
    await layout.adopt(content, file);

    const blobFile = join(folder.path, 'blobs', 'sha256', hexOf(content.digest));
    expect((await stat(blobFile)).ino).toBe(ino);
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('removes what a killed writer left long ago, and nothing younger', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    await mkdir(layout.stagingFolder);
    const [old, young] = ['old.partial', 'young.partial'].map((name) =>
      join(layout.stagingFolder, name),
    ) as [string, string];
    await writeFile(old, 'half');
    await writeFile(young, 'half');
    const longAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await utimes(old, longAgo, longAgo);

    await layout.push(blob('next'), opening(Buffer.from('next')));

    expect(await readdir(layout.stagingFolder)).toEqual(['young.partial']);
  });

  it('refuses a folder that is a layout of another version', async () => {
    await using folder = await tempDir();
    await writeFile(join(folder.path, 'oci-layout'), '{"imageLayoutVersion":"9.0.0"}');

    const push = new OciLayout(folder.path).push(blob('x'), opening(Buffer.from('x')));

    await expect(push).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it.each(['', '{', '[]', '{"manifests":[{}]}', '{"manifests":[],"manifests":[]}'])(
    'refuses the index %j',
    async (text) => {
      await using folder = await tempDir();
      await writeFile(join(folder.path, 'index.json'), text);

      await expect(new OciLayout(folder.path).resolve('v1')).rejects.toMatchObject({
        code: 'LAYOUT_INVALID',
      });
    },
  );

  it('never makes a file name of anything but a digest', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(join(folder.path, 'layout'));
    await writeFile(join(folder.path, 'secret'), 'secret');
    const trick = { ...blob('secret'), digest: 'sha256:../../../secret' } as const;

    await expect(layout.exists(trick)).rejects.toMatchObject({ code: 'DIGEST_INVALID' });
    await expect(layout.fetch(trick)).rejects.toMatchObject({ code: 'DIGEST_INVALID' });
    await expect(layout.push(trick, opening(Buffer.from('')))).rejects.toMatchObject({
      code: 'DIGEST_INVALID',
    });
  });

  it('says what the operating system refused', async () => {
    await using folder = await tempDir();
    await writeFile(join(folder.path, 'file'), '');

    const push = new OciLayout(join(folder.path, 'file')).push(
      blob('x'),
      opening(Buffer.from('x')),
    );

    await expect(push).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('ENOTDIR') as unknown,
    });
  });
});
