import { describe, expect, it } from '@jest/globals';
import { tempDir, tinyImage, tinyLayer } from '@sallyport/testing';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  digestOf,
  formatReference,
  mediaTypes,
  parseReference,
  readContent,
  type Descriptor,
} from 'oras-js';
import tar, { type Header } from 'tar-stream';
import { openArchive, type ImageArchive } from './open-archive.js';

type Entry = readonly [
  header: Partial<Header> & { readonly name: string },
  bytes?: Buffer | undefined,
];

const hexOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const asJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

async function pack(entries: readonly Entry[]): Promise<Buffer> {
  const packed = tar.pack();
  for (const [header, bytes] of entries) packed.entry(header, bytes ?? Buffer.alloc(0));
  packed.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of packed as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Content of an OCI layout by name, as the first of its files would be. */
async function ociEntries(
  annotations: Record<string, string> = { 'org.opencontainers.image.ref.name': 'example.com/a:1' },
): Promise<Entry[]> {
  const { root, contents } = await tinyImage({ layerBytes: [2000, 10] });
  return [
    [{ name: 'blobs/', type: 'directory' }],
    ...contents.map(({ bytes }): Entry => [
      { name: `blobs/sha256/${hexOf(bytes)}` },
      Buffer.from(bytes),
    ]),
    [{ name: 'index.json' }, asJson({ schemaVersion: 2, manifests: [{ ...root, annotations }] })],
    [{ name: 'oci-layout' }, asJson({ imageLayoutVersion: '1.0.0' })],
  ];
}

interface Saved {
  readonly entries: Entry[];
  readonly layers: readonly Buffer[];
  readonly config: Buffer;
}

/** As `docker save` wrote it for years: `<id>/layer.tar` and `<hash>.json`. */
async function savedEntries(): Promise<Saved> {
  const made = [await tinyLayer('one', 3000), await tinyLayer('two', 20)];
  const layers = made.map(({ bytes }) => gunzipSync(bytes));
  const config = asJson({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
  });
  const names = ['a', 'b'].map((digit) => `${digit.repeat(64)}/layer.tar`);
  const manifest = [
    { Config: `${hexOf(config)}.json`, RepoTags: ['example.com/a:1', 'a:2'], Layers: names },
  ];
  return {
    layers,
    config,
    entries: [
      [{ name: `${'a'.repeat(64)}/`, type: 'directory' }],
      [{ name: `${'a'.repeat(64)}/VERSION` }, Buffer.from('1.0')],
      ...layers.map((layer, at): Entry => [{ name: names[at] ?? '' }, layer]),
      [{ name: `${hexOf(config)}.json` }, config],
      [{ name: 'manifest.json' }, asJson(manifest)],
      [{ name: 'repositories' }, asJson({})],
    ],
  };
}

async function withArchive(
  bytes: Buffer,
  use: (archive: ImageArchive) => Promise<void>,
  name?: string,
): Promise<void> {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.tar');
  await writeFile(file, bytes);
  const given = name === undefined ? undefined : parseReference(name);
  await using archive = await openArchive(file, { name: given });
  await use(archive);
}

async function refusal(bytes: Buffer, name?: string): Promise<unknown> {
  return withArchive(bytes, async () => undefined, name).then(
    () => 'accepted',
    (error: unknown) => error,
  );
}

async function onlyImage(archive: ImageArchive) {
  const [reference] = archive.images;
  if (reference === undefined) throw new Error('expected an image');
  const source = archive.connect(reference);
  const root = await source.resolve('any');
  const read = (content: Descriptor) => readContent(source, content);
  return { source, root, read };
}

describe('opening an OCI archive', () => {
  it('names the image and gives its bytes as they are', async () => {
    const image = await tinyImage({ layerBytes: [2000, 10] });
    await withArchive(await pack(await ociEntries()), async (archive) => {
      const { root, read } = await onlyImage(archive);

      expect(archive.images.map(formatReference)).toEqual(['example.com/a:1']);
      expect(root).toEqual(image.root);
      for (const { content, bytes } of image.contents)
        expect((await read(content)).equals(Buffer.from(bytes))).toBe(true);
    });
  });

  it('gives parts of content, and says what it does not have', async () => {
    await withArchive(await pack(await ociEntries()), async (archive) => {
      const { source, root, read } = await onlyImage(archive);
      const whole = await read(root);
      const pieces: Uint8Array[] = [];
      for await (const piece of await source.fetch(root, { start: 3, end: 9 })) pieces.push(piece);
      const missing = { ...root, digest: digestOf('missing') };

      expect(Buffer.concat(pieces).equals(whole.subarray(3, 9))).toBe(true);
      expect([await source.exists(root), await source.exists(missing)]).toEqual([true, false]);
      await expect(read(missing)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
    });
  });

  it.each([
    [
      'names in a folder',
      async () =>
        (await ociEntries()).map(([header, bytes]): Entry => [
          { ...header, name: `./${header.name}` },
          bytes,
        ]),
    ],
    [
      'time stamps of an extended header',
      async () =>
        (await ociEntries()).map(([header, bytes]): Entry => [
          { ...header, pax: { mtime: '1.5' } },
          bytes,
        ]),
    ],
  ])('takes %s', async (_what, entries) => {
    await withArchive(await pack(await entries()), async (archive) => {
      expect((await onlyImage(archive)).root).toEqual(
        (await tinyImage({ layerBytes: [2000, 10] })).root,
      );
    });
  });

  it('prefers the whole name of containerd to a tag alone', async () => {
    const annotations = {
      'org.opencontainers.image.ref.name': '1',
      'io.containerd.image.name': 'docker.io/library/a:1',
    };
    await withArchive(await pack(await ociEntries(annotations)), async ({ images }) => {
      expect(images.map(formatReference)).toEqual(['docker.io/library/a:1']);
    });
  });

  it('wants a name where there is none, and takes the one that is given', async () => {
    const bytes = await pack(await ociEntries({ 'org.opencontainers.image.ref.name': '1' }));

    expect(await refusal(bytes)).toMatchObject({ code: 'ARCHIVE_UNNAMED' });
    await withArchive(
      bytes,
      async ({ images }) => {
        expect(images.map(formatReference)).toEqual(['example.com/b:2']);
      },
      'example.com/b:2',
    );
    expect(await refusal(bytes, `example.com/b@${digestOf('another')}`)).toMatchObject({
      code: 'ARCHIVE_DAMAGED',
    });
  });

  it('refuses a blob that is not what its name says', async () => {
    const entries = await ociEntries();
    const spoilt = entries.map(([header, bytes]): Entry => [
      header,
      bytes !== undefined && bytes.length > 1500
        ? Buffer.concat([bytes.subarray(1), Buffer.of(0)])
        : bytes,
    ]);
    expect(await refusal(await pack(spoilt))).toMatchObject({ code: 'ARCHIVE_DAMAGED' });
  });
});

describe('opening what docker save wrote', () => {
  it('makes an OCI image of it that keeps config and layers, always the same', async () => {
    const { entries, layers, config } = await savedEntries();
    const seen: Buffer[] = [];
    for (let time = 0; time < 2; time += 1) {
      await withArchive(await pack(entries), async (archive) => {
        const { root, read } = await onlyImage(archive);
        expect(archive.images.map(formatReference)).toEqual([
          'example.com/a:1',
          'docker.io/library/a:2',
        ]);
        seen.push(await read(root));
        for (const layer of layers) {
          const content = {
            mediaType: mediaTypes.ociLayer,
            digest: digestOf(layer),
            size: layer.length,
          };
          expect((await read(content)).equals(layer)).toBe(true);
        }
      });
    }
    expect(JSON.parse(String(seen[0]))).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length },
      layers: layers.map((layer) => ({
        mediaType: mediaTypes.ociLayer,
        digest: digestOf(layer),
        size: layer.length,
      })),
    });
    expect(seen[1]?.equals(seen[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it('finds the layer behind a link by its hash, and follows no link', async () => {
    const { entries } = await savedEntries();
    const at = entries.findIndex(([{ name }]) => name === `${'b'.repeat(64)}/layer.tar`);
    const second = entries[at]?.[1];
    const linked: Entry[] = [
      ...entries.filter((_entry, place) => place !== at),
      [{ name: `${'b'.repeat(64)}/layer.tar`, type: 'symlink', linkname: '../../etc/passwd' }],
    ];

    expect(await refusal(await pack(linked))).toMatchObject({ code: 'ARCHIVE_DAMAGED' });
    const elsewhere: Entry = [{ name: `${'c'.repeat(64)}.tar` }, second];
    expect(await refusal(await pack([...linked, elsewhere]))).toBe('accepted');
  });

  it.each<[what: string, spoil: (saved: Saved) => Entry[]]>([
    [
      'a layer was changed',
      ({ entries }) => replaced(entries, /a\/layer\.tar$/, Buffer.alloc(4096, 'x')),
    ],
    [
      'the layers are swapped',
      ({ entries, layers }) =>
        replaced(replaced(entries, /a\/layer\.tar$/, layers[1]), /b\/layer\.tar$/, layers[0]),
    ],
    [
      'a layer is missing',
      ({ entries }) => entries.filter(([{ name }]) => !/b\/layer\.tar$/.test(name)),
    ],
    [
      'the config was changed',
      ({ entries, config }) =>
        replaced(entries, /\.json$/, Buffer.from(`${String(config)} `), 'manifest.json'),
    ],
    [
      'the config is missing',
      ({ entries }) => entries.filter(([{ name }]) => !/^[a-f0-9]{64}\.json$/.test(name)),
    ],
  ])('refuses it when %s', async (_what, spoil) => {
    const saved = await savedEntries();
    expect(await refusal(await pack(spoil(saved)))).toMatchObject({ code: 'ARCHIVE_DAMAGED' });
  });

  function replaced(
    entries: readonly Entry[],
    name: RegExp,
    bytes: Buffer | undefined,
    not = '',
  ): Entry[] {
    return entries.map(([header, before]): Entry => [
      header,
      name.test(header.name) && header.name !== not ? bytes : before,
    ]);
  }
});

describe('refusing an archive that is none', () => {
  it.each<[what: string, entry: Entry]>([
    ['a path that leads out', [{ name: '../evil' }, Buffer.from('x')]],
    ['an absolute path', [{ name: '/etc/passwd' }, Buffer.from('x')]],
    ['a file of another name', [{ name: 'evil.sh' }, Buffer.from('x')]],
    ['a folder of another name', [{ name: 'evil/', type: 'directory' }]],
    ['a second index.json', [{ name: 'index.json' }, Buffer.from('{}')]],
    ['a second one in other words', [{ name: './index.json' }, Buffer.from('{}')]],
    ['a hard link', [{ name: `${'a'.repeat(64)}.tar`, type: 'link', linkname: 'index.json' }]],
    [
      'a link in place of a blob',
      [{ name: `blobs/sha256/${'a'.repeat(64)}`, type: 'symlink', linkname: 'x' }],
    ],
    ['a device', [{ name: `${'a'.repeat(64)}.tar`, type: 'character-device' }]],
    ['a FIFO', [{ name: 'repositories', type: 'fifo' }]],
    ['a name with a terminal escape', [{ name: 'a\u001b[31m' }, Buffer.from('x')]],
  ])('refuses %s', async (_what, entry) => {
    const error = await refusal(await pack([...(await ociEntries()), entry]));

    expect(error).toMatchObject({ code: 'ARCHIVE_ENTRY_REFUSED' });
    expect(String(error)).not.toContain('\u001b');
  });

  it.each<[what: string, change: (bytes: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['one byte', (bytes) => bytes.subarray(0, 1)],
    ['zeros only', () => Buffer.alloc(10_240)],
    ['random bytes', () => Buffer.alloc(10_240, 'noise')],
    ['an archive cut in a header', (bytes) => bytes.subarray(0, 700)],
    ['an archive cut in a file', (bytes) => bytes.subarray(0, 1600)],
    ['an archive without end blocks', (bytes) => bytes.subarray(0, -1024)],
    ['an archive with one end block', (bytes) => bytes.subarray(0, -512)],
    ['an archive with a tail', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
    [
      'an archive with 2 MiB of zeros behind it',
      (bytes) => Buffer.concat([bytes, Buffer.alloc(2 ** 21)]),
    ],
    ['two archives', (bytes) => Buffer.concat([bytes, bytes])],
    ['a broken checksum', (bytes) => Buffer.concat([Buffer.from('c'), bytes.subarray(1)])],
  ])('refuses %s', async (_what, change) => {
    const bytes = await pack(await ociEntries());
    expect(await refusal(change(bytes))).toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('tells that a bundle is a bundle already', async () => {
    const entry: Entry = [{ name: 'sallyport/bundle.json' }, Buffer.from('{}')];
    const error = await refusal(await pack([entry, ...(await ociEntries())]));
    expect(error).toMatchObject({
      code: 'ARCHIVE_ENTRY_REFUSED',
      message: expect.stringContaining('is a bundle already'),
    });
  });

  it('takes the padding that GNU tar writes', async () => {
    const bytes = await pack(await ociEntries());
    expect(await refusal(Buffer.concat([bytes, Buffer.alloc(9 * 512)]))).toBe('accepted');
  });

  it('refuses compressed ones by name', async () => {
    const error = await refusal(gzipSync(await pack(await ociEntries())));
    expect(error).toMatchObject({
      code: 'ARCHIVE_COMPRESSED',
      hint: expect.stringContaining('gunzip'),
    });
  });

  it.each([
    ['index.json that is no JSON', 'index.json', '{'],
    ['index.json without manifests', 'index.json', '{}'],
    ['index.json that names none', 'index.json', '{"manifests":[]}'],
  ])('refuses %s', async (_what, name, text) => {
    const entries = (await ociEntries()).map(([header, bytes]): Entry => [
      header,
      header.name === name ? Buffer.from(text) : bytes,
    ]);
    expect(await refusal(await pack(entries))).toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('refuses an index.json of 5 MB without reading it', async () => {
    const annotations = { 'org.opencontainers.image.ref.name': 'a:1', x: 'x'.repeat(5e6) };
    expect(await refusal(await pack(await ociEntries(annotations)))).toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('expected at most'),
    });
  });

  it('refuses a folder and a missing file', async () => {
    await using dir = await tempDir();
    await mkdir(join(dir.path, 'folder'));
    const unreadable = { code: 'BUNDLE_UNREADABLE' };
    await expect(openArchive(join(dir.path, 'folder'))).rejects.toMatchObject(unreadable);
    await expect(openArchive(join(dir.path, 'missing'))).rejects.toMatchObject(unreadable);
  });

  it('leaves the archive as it is', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'a.tar');
    const bytes = await pack(await ociEntries());
    await writeFile(file, bytes);
    await (await openArchive(file))[Symbol.asyncDispose]();
    expect((await readFile(file)).equals(bytes)).toBe(true);
  });
});
