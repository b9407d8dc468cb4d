import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeWith, skopeo, tempDir, tinyImage } from '@sallyport/testing';
import { readContent } from '../content/read-content.js';
import { OciLayout } from './oci-layout.js';

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
    const data = (await readContent(layout, root)).toString('base64');
    const foreign = { ...root, annotations: { 'com.example.note': 'untagged' }, data };
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
