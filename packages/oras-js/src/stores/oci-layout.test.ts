import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  opening,
  skopeo,
  targetContract,
  tempDir,
  tinyImage,
} from '@sallyport/testing';
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

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of new OciLayout(folder).tags()) names.push(name);
  return names.sort();
}

describe('naming images in a layout', () => {
  it('takes repository and tag as one name, and refuses what could be mistaken', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    const { root, pushTo } = await tinyImage();
    await pushTo(layout, 'namespace/dast:6');

    await layout.tag(root, 'namespace/dast:_next');

    expect(await namesIn(folder.path)).toEqual(['namespace/dast:6', 'namespace/dast:_next']);
    for (const name of ['', 'a b', 'a\nb', '../x', root.digest, 'x'.repeat(385)]) {
      await expect(layout.tag(root, name)).rejects.toMatchObject({ code: 'REFERENCE_INVALID' });
    }
  });

  it('loses no name when many writers add one at the same time', async () => {
    await using folder = await tempDir();
    const { root, pushTo } = await tinyImage();
    await pushTo(new OciLayout(folder.path), 'app:0');
    const names = Array.from({ length: 20 }, (_, at) => `app:${at}`);

    // Each with its own instance: they share nothing but the folder, like processes.
    await Promise.all(names.map((name) => new OciLayout(folder.path).tag(root, name)));

    expect(await namesIn(folder.path)).toEqual(names.sort());
  });

  it('keeps what other tools wrote into the index', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    const { root, pushTo } = await tinyImage();
    await pushTo(layout, 'app:1');
    const file = join(folder.path, 'index.json');
    const index = JSON.parse(await readFile(file, 'utf8')) as { manifests: unknown[] };
    const foreign = { ...root, annotations: { 'com.example.note': 'untagged' }, data: 'e30=' };
    index.manifests.unshift(foreign);
    await writeFile(file, JSON.stringify({ ...index, annotations: { tool: 'other' } }));

    await layout.tag(root, 'app:2');

    const after = JSON.parse(await readFile(file, 'utf8')) as typeof index;
    expect(after).toMatchObject({ annotations: { tool: 'other' } });
    expect(after.manifests).toHaveLength(3);
    expect(after.manifests[0]).toEqual(foreign);
  });

  it('has one entry for a name, however often it moved', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    const last = await tinyImage({ seed: '3' });
    for (const seed of ['1', '2', '3']) await (await tinyImage({ seed })).pushTo(layout, 'app:1');

    const text = await readFile(join(folder.path, 'index.json'), 'utf8');

    expect(JSON.parse(text)).toMatchObject({ manifests: [{ digest: last.root.digest }] });
  });

  it('takes over the lock of a writer that died', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    const { root, pushTo } = await tinyImage();
    await pushTo(layout, 'app:1');
    const lock = join(folder.path, '.index.lock');
    await mkdir(lock);

    await layout.tag(root, 'app:2');

    expect(await namesIn(folder.path)).toEqual(['app:1', 'app:2']);
    await expect(stat(lock)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops waiting for the lock when it is aborted', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    const { root, pushTo } = await tinyImage();
    await pushTo(layout, 'app:1');
    await mkdir(join(folder.path, '.index.lock'));
    const stop = new AbortController();

    const tagging = layout.tag(root, 'app:2', { signal: stop.signal });
    const reason = new Error('interrupted');
    stop.abort(reason);

    await expect(tagging).rejects.toBe(reason);
    expect(await namesIn(folder.path)).toEqual(['app:1']);
  });
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

describe('finding out what untagged content is', () => {
  it.each([
    ['a layer', 'not json', 'application/octet-stream'],
    ['a config', '{"os":"linux"}', 'application/octet-stream'],
    ['broken JSON', '{"schemaVersion":2,', 'application/octet-stream'],
    [
      'a manifest without a media type',
      '{"schemaVersion":2,"config":{},"layers":[]}',
      'application/vnd.oci.image.manifest.v1+json',
    ],
    [
      'an index without a media type',
      '{"schemaVersion":2,"manifests":[]}',
      'application/vnd.oci.image.index.v1+json',
    ],
    [
      'a document of both shapes',
      '{"schemaVersion":2,"config":{},"layers":[],"manifests":[]}',
      'application/octet-stream',
    ],
  ])('knows %s', async (_what, text, mediaType) => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    await layout.push(blob(text), opening(Buffer.from(text)));

    expect(await layout.resolve(digestOf(text))).toEqual({ ...blob(text), mediaType });
  });
});

describeWith(['skopeo'], 'sharing a layout with skopeo', () => {
  it('reads what skopeo wrote, beside what was there', async () => {
    await using folder = await tempDir();
    const from = new OciLayout(join(folder.path, 'from'));
    const to = new OciLayout(join(folder.path, 'to'));
    const ours = await tinyImage({ seed: 'ours' });
    const theirs = await tinyImage({ seed: 'theirs' });
    await ours.pushTo(to, 'ours');
    await theirs.pushTo(from, 'theirs');

    const copied = await skopeo(['copy', `oci:${from.folder}:theirs`, `oci:${to.folder}:theirs`]);

    expect(copied).toMatchObject({ code: 0 });
    expect((await to.resolve('ours')).digest).toBe(ours.root.digest);
    expect((await to.resolve('theirs')).digest).toBe(theirs.root.digest);
  });
});
