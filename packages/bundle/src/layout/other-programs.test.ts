/** The golden bundle as other people's programs read it: they know nothing of its first entries. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  goldenFile,
  goldenOptions,
  handmadeHost,
  runProgram,
  skopeo,
  tempDir,
  type HandmadeImage,
} from '@sallyport/testing';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

async function goldenImage(repository: string): Promise<HandmadeImage['image']> {
  const { images = [] } = await goldenOptions();
  const found = images.find((image) => image.repository === repository);
  if (found === undefined) throw new Error(`expected ${repository} in the golden bundle`);
  return found.image;
}

describeWith(['skopeo'], 'reading a bundle as an OCI archive with skopeo', () => {
  const archive = `oci-archive:${goldenFile}`;

  it.each(['1.0', 'latest'])('copies the image of tag %s as it is', async (tag) => {
    await using dir = await tempDir();
    const image = await goldenImage('example/app');
    const copy = join(dir.path, 'copy');
    const name = `${handmadeHost}/example/app:${tag}`;
    const { code, stderr } = await skopeo(['copy', '--quiet', `${archive}:${name}`, `dir:${copy}`]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await readFile(join(copy, 'manifest.json'))).toEqual(image.contents.at(-1)?.bytes);
    for (const { content, bytes } of image.contents.slice(0, -1)) {
      expect(await readFile(join(copy, content.digest.slice(7)))).toEqual(bytes);
    }
  });

  it('copies the carried platform of an index', async () => {
    await using dir = await tempDir();
    const image = await goldenImage('example/multi');
    const copy = join(dir.path, 'copy');
    const from = `${archive}:${handmadeHost}/example/multi:3`;
    const { code, stderr } = await skopeo([
      '--override-arch',
      'amd64',
      'copy',
      '--quiet',
      from,
      `dir:${copy}`,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await readFile(join(copy, 'manifest.json'))).toEqual(image.contents.at(-2)?.bytes);
  });

  it('tells what an image is', async () => {
    const { root } = await goldenImage('example/app');
    const name = `${handmadeHost}/example/app:1.0`;
    const { stdout } = await skopeo(['inspect', `${archive}:${name}`]);
    expect(JSON.parse(stdout)).toMatchObject({ Digest: root.digest, Architecture: 'amd64' });
  });
});

describeWith(['skopeo'], 'reading a bundle as a docker archive with skopeo', () => {
  it.each(['example/app:1.0', 'example/app:latest', 'example/legacy:2', 'example/multi:3'])(
    'copies %s with its config as it is',
    async (name) => {
      await using dir = await tempDir();
      const copy = join(dir.path, 'copy');
      const from = `docker-archive:${goldenFile}:${handmadeHost}/${name}`;
      const { code, stderr } = await skopeo(['copy', '--quiet', from, `dir:${copy}`]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { contents } = await goldenImage(name.split(':')[0] ?? '');
      const config = contents.find(({ content }) =>
        /config|container\.image/.test(content.mediaType),
      );
      expect(await readFile(join(copy, config?.content.digest.slice(7) ?? ''))).toEqual(
        config?.bytes,
      );
    },
  );
});

describeWith(['umoci', 'tar'], 'unpacking an image of a bundle with tar and umoci', () => {
  it('finds the files of its layers', async () => {
    await using dir = await tempDir();
    expect(await runProgram('tar', ['-xf', goldenFile, '-C', dir.path])).toMatchObject({ code: 0 });
    const unpacked = join(dir.path, 'unpacked');
    const name = `${handmadeHost}/example/app:1.0`;
    const { code, stderr } = await runProgram('umoci', [
      'unpack',
      '--rootless',
      '--image',
      `${dir.path}:${name}`,
      unpacked,
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readdir(join(unpacked, 'rootfs'))).toHaveLength(2);
  });
});

describeWith(['tar', 'sha256sum'], 'unpacking a bundle with tar', () => {
  it('gives blobs that are named by their hash', async () => {
    await using dir = await tempDir();
    const { code, stderr } = await runProgram('tar', ['-xf', goldenFile, '-C', dir.path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { stdout } = await runProgram('/bin/sh', ['-c', 'cd blobs/sha256 && sha256sum *'], {
      cwd: dir.path,
    });
    const lines = stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(line.slice(0, 64)).toBe(line.slice(66));
  });
});
