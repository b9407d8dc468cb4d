import { describe, expect, it } from '@jest/globals';
import { describeWith, handmadeBundle, runProgram, tempDir } from '@sallyport/testing';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { digestOf } from 'oras-js';
import { parsePublicKey } from '../keys/public-key.js';
import { openFileInput } from '../read/file-input.js';
import { openBundle } from '../read/open-bundle.js';
import { pipeInput } from '../read/pipe-input.js';
import type { FlatList } from './flat-list.js';
import { extensionOf, flatName } from './flat-name.js';
import { flattenBundle } from './flatten-bundle.js';

interface Place {
  readonly folder: string;
  readonly files: () => Promise<readonly string[]>;
  readonly bytes: Buffer;
  readonly flatten: (bytes: Buffer, asPipe?: boolean) => Promise<FlatList>;
}

async function inPlace(act: (place: Place) => Promise<void>): Promise<void> {
  await using dir = await tempDir();
  const bundle = await handmadeBundle();
  const key = parsePublicKey(bundle.publicKeyPem, 'test key');
  const folder = join(dir.path, 'out');
  const file = join(dir.path, 'b.tar');
  await act({
    folder,
    files: async () => (await readdir(folder)).sort(),
    bytes: bundle.bytes,
    flatten: async (bytes, asPipe = false) => {
      await writeFile(file, bytes);
      await using input = asPipe ? pipeInput(Readable.from([bytes])) : await openFileInput(file);
      const opened = await openBundle(input, { keys: [key], threshold: 1 });
      return await flattenBundle(opened, folder);
    },
  });
}

describe('laying a bundle out as plain files', () => {
  it.each([
    ['a file', false],
    ['a pipe', true],
  ])(
    'writes each content once, under a name made of its digest, from %s',
    async (_from, asPipe) => {
      await inPlace(async ({ folder, files, bytes, flatten }) => {
        const list = await flatten(bytes, asPipe);

        expect(await files()).toEqual(
          ['flatten.json', ...list.files.map(({ file }) => file)].sort(),
        );
        for (const { file, digest, size } of list.files) {
          const content = await readFile(join(folder, file));
          expect({ file, digest: digestOf(content), size: content.length }).toEqual({
            file: expect.stringContaining(digest.slice('sha256:'.length)),
            digest,
            size,
          });
        }
        expect(JSON.parse(await readFile(join(folder, 'flatten.json'), 'utf8'))).toEqual(list);
      });
    },
  );

  it('lists every entry of the bundle, with its images or as derived', async () => {
    await inPlace(async ({ bytes, flatten }) => {
      const { files, derived } = await flatten(bytes);

      expect(derived.map(({ path }) => path)).toEqual([
        'oci-layout',
        'index.json',
        'manifest.json',
      ]);
      expect(files.every(({ images }) => images.length > 0)).toBe(true);
      expect(new Set(files.map(({ extension }) => extension))).toEqual(
        new Set(['.json', '.tar.gz']),
      );
    });
  });

  it('takes a folder that is there and empty', async () => {
    await inPlace(async ({ folder, files, bytes, flatten }) => {
      await mkdir(folder);
      await flatten(bytes);
      expect(await files()).toContain('flatten.json');
    });
  });

  it('refuses a folder that holds something, and leaves it as it is', async () => {
    await inPlace(async ({ folder, files, bytes, flatten }) => {
      await mkdir(folder);
      await writeFile(join(folder, 'mine'), '');

      await expect(flatten(bytes)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
      expect(await files()).toEqual(['mine']);
    });
  });

  it('leaves nothing of a bundle whose last layer was changed', async () => {
    await inPlace(async ({ folder, files, bytes, flatten }) => {
      const changed = Buffer.from(bytes);
      // The last byte of content lies before the padding and the two end blocks.
      let at = changed.length - 1025;
      while (changed[at] === 0) at -= 1;
      changed[at] = (changed[at] ?? 0) ^ 1;

      await expect(flatten(changed)).rejects.toMatchObject({ code: 'CONTENT_DIGEST_MISMATCH' });
      await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });

      await mkdir(folder);
      await expect(flatten(changed)).rejects.toMatchObject({ code: 'CONTENT_DIGEST_MISMATCH' });
      expect(await files()).toEqual([]);
    });
  });

  it('refuses a path through a file', async () => {
    await inPlace(async ({ folder, bytes, flatten }) => {
      await writeFile(folder, '');
      await expect(flatten(bytes)).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    });
  });
});

describe('naming a flat file', () => {
  const digest = digestOf('x');
  it.each([
    ['application/vnd.oci.image.layer.v1.tar', '.tar'],
    ['application/vnd.oci.image.layer.v1.tar+gzip', '.tar.gz'],
    ['application/vnd.oci.image.layer.v1.tar+zstd', '.tar.zst'],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', '.tar.gz'],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', '.tar.gz'],
    ['application/vnd.oci.image.config.v1+json', '.json'],
    ['application/vnd.oci.image.layer.v1.tar+../../etc', '.bin'],
    ['application/x../../../etc/passwd', '.bin'],
    ['text/constructor', '.bin'],
    ['application/vnd.oci.image.layer.v1.tarconstructor', '.bin'],
  ])('gives %s the extension %s', (mediaType, extension) => {
    expect(extensionOf(mediaType)).toBe(extension);
    expect(flatName(digest, mediaType)).toMatch(/^sha256-[a-f0-9]{64}(\.[a-z]+){1,2}$/);
  });
});

describeWith(['gzip', 'tar'], 'opening flat files with other programs', () => {
  it('finds layers that gzip and tar read', async () => {
    await inPlace(async ({ folder, bytes, flatten }) => {
      const { files } = await flatten(bytes);
      const layers = files.filter(({ extension }) => extension === '.tar.gz');
      expect(layers.length).toBeGreaterThan(0);
      for (const { file } of layers)
        expect((await runProgram('gzip', ['-t', join(folder, file)])).code).toBe(0);
    });
  });
});
