/**
 * Bundles whose list, tar and signature are right, while images, manifests and
 * entries do not agree with each other.
 */
import { describe, expect, it } from '@jest/globals';
import {
  blob,
  contentOf,
  handmadeBundle,
  imageOf,
  json,
  tinyImage,
  tinyReferrer,
  type HandmadeContent,
  type HandmadeList,
  type HandmadeOptions,
  type TinyContent,
  type TinyImage,
} from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { failureOf, pipeOf, refusalOf, trusting } from '../test-bundles/proving.test.js';
import { openBundle } from './open-bundle.js';

type ChangeContents = NonNullable<HandmadeOptions['contents']>;

/** The refusal, before the first blob, of a bundle that was made and signed like this. */
async function refusal(options: HandmadeOptions): Promise<string> {
  const { bytes, publicKeyPem } = await handmadeBundle(options);
  const error = await failureOf(openBundle(pipeOf(bytes), trusting(publicKeyPem)));
  return `${error.code}: ${error.message}`;
}

async function refusalOfImage(image: TinyImage): Promise<string> {
  return await refusal({ images: [{ image }] });
}

function isManifest({ mediaType = '' }: { readonly mediaType?: string }): boolean {
  return /manifest\.v/.test(mediaType);
}

/** The tiny image with another manifest in place of its own: fields are changed, digests follow. */
async function withManifest(
  change: (manifest: Record<string, unknown>) => object,
  mediaType: string = mediaTypes.ociManifest,
): Promise<TinyImage> {
  const { contents } = await tinyImage();
  const manifest = JSON.parse(String(contents.at(-1)?.bytes)) as Record<string, unknown>;
  return imageOf([...contents.slice(0, -1), json(mediaType, change(manifest))]);
}

describe('proving that every entry is reached and nothing is missing', () => {
  it.each<readonly [what: string, contents: ChangeContents]>([
    ['a manifest that is missing', (all) => all.filter((each) => !isManifest(each))],
    [
      'a config that is missing',
      (all) => all.filter(({ mediaType }) => mediaType !== mediaTypes.ociConfig),
    ],
    ['a layer that is missing', (all) => all.slice(0, -1)],
    ['a layer that no manifest names', (all) => [...all, stray(mediaTypes.ociLayerGzip)]],
    [
      'a manifest that no image names',
      (all) => [...all.slice(0, 3), strayManifest(), ...all.slice(3)],
    ],
    [
      'a manifest behind the layers',
      (all) => [...all.filter((each) => !isManifest(each)), ...all.filter(isManifest)],
    ],
    ['two layers swapped', (all) => [...all.slice(0, -2), ...all.slice(-2).reverse()]],
    ['a config as another media type', retyped(mediaTypes.ociConfig, mediaTypes.dockerConfig)],
    ['a layer as another media type', retyped(mediaTypes.ociLayerGzip, mediaTypes.ociLayer)],
    [
      'a manifest as another media type',
      retyped(mediaTypes.ociManifest, mediaTypes.dockerManifest),
    ],
    ['a manifest as a layer', retyped(mediaTypes.ociManifest, mediaTypes.ociLayer)],
  ])('refuses %s', async (_what, contents) => {
    expect(await refusal({ contents })).toMatch(/^(?:BUNDLE_CONTENT_MISMATCH|MANIFEST_INVALID)/);
  });

  function stray(mediaType: string): HandmadeContent {
    const bytes = Buffer.from('stray');
    // Highest of all digests, so that the order is right.
    return { path: `blobs/sha256/${digestOf(bytes).slice(7)}`, bytes, mediaType };
  }

  function strayManifest(): HandmadeContent {
    const { content, bytes } = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: empty,
      layers: [],
    });
    return blob(content.mediaType, bytes, content);
  }

  function retyped(from: string, to: string): ChangeContents {
    return (all) =>
      all.map((each) => (each.mediaType === from ? { ...each, mediaType: to } : each));
  }
});

const empty = { mediaType: mediaTypes.ociEmpty, digest: digestOf('{}'), size: 2 };

describe('proving what the documents of the layout say', () => {
  it.each<readonly [what: string, path: string, change: (text: string) => string]>([
    ['a version of the layout', 'oci-layout', (text) => text.replace('1.0.0', '1.0.1')],
    ['an oci-layout with a newline', 'oci-layout', (text) => `${text}\n`],
    ['another tag in index.json', 'index.json', (text) => text.replace(/app:1\.0/g, 'app:2.0')],
    ['another image in index.json', 'index.json', (text) => text.replace(/sha256:../, 'sha256:00')],
    [
      'one more image in index.json',
      'index.json',
      (text) => text.replace('[{', `[${JSON.stringify(empty)},{`),
    ],
    ['no image in index.json', 'index.json', (text) => text.replace(/\[.*\]/, '[]')],
    [
      'index and image shape in index.json',
      'index.json',
      (text) => text.replace(/\}$/, ',"layers":[]}'),
    ],
    ['another spelling of index.json', 'index.json', (text) => text.replace(':', ': ')],
    [
      'another layer in manifest.json',
      'manifest.json',
      (text) => text.replace(/"Layers":\["blobs\/sha256\/../, '"Layers":["blobs/sha256/00'),
    ],
    [
      'another config in manifest.json',
      'manifest.json',
      (text) => text.replace(/"Config":"blobs\/sha256\/../, '"Config":"blobs/sha256/00'),
    ],
    ['another tag in manifest.json', 'manifest.json', (text) => text.replace('app:1.0', 'app:2.0')],
    ['no image in manifest.json', 'manifest.json', () => '[]'],
  ])('refuses %s', async (_what, path, change) => {
    const contents: ChangeContents = (all) =>
      all.map((each) =>
        each.path === path ? { ...each, bytes: Buffer.from(change(String(each.bytes))) } : each,
      );
    expect(await refusal({ contents })).toMatch(/^BUNDLE_(?:CONTENT|HEADER)_MISMATCH/);
  });
});

describe('proving manifests', () => {
  const list = [{ mediaType: mediaTypes.ociManifest, digest: digestOf('x'), size: 1 }];

  it.each<readonly [what: string, change: (manifest: Record<string, unknown>) => object]>([
    ['that are an index at once', (manifest) => ({ ...manifest, manifests: list })],
    ['of schema 1', (manifest) => ({ ...manifest, schemaVersion: 1 })],
    [
      'with another mediaType inside',
      (manifest) => ({ ...manifest, mediaType: mediaTypes.dockerManifest }),
    ],
    ['without config', (manifest) => ({ ...manifest, config: undefined })],
    ['whose config is null', (manifest) => ({ ...manifest, config: null })],
    ['without layers', (manifest) => ({ ...manifest, layers: undefined })],
    ['whose layers are an object', (manifest) => ({ ...manifest, layers: {} })],
    ['with a layer of negative size', inLayers({ size: -1 })],
    ['with a layer without media type', inLayers({ mediaType: undefined })],
  ])('refuses those %s', async (_what, change) => {
    expect(await refusalOfImage(await withManifest(change))).toMatch('MANIFEST_INVALID');
  });

  it.each([
    ['sha512', `sha512:${'0'.repeat(128)}`],
    ['md5', `md5:${'0'.repeat(32)}`],
  ])('refuses a layer that is named by %s', async (_algorithm, digest) => {
    const image = await withManifest(inLayers({ digest }));
    expect(await refusalOfImage(image)).toMatch('DIGEST_UNSUPPORTED');
  });

  it('refuses a layer whose size in the manifest is not that of the entry', async () => {
    const image = await withManifest(inLayers({ size: 1 }));
    expect(await refusalOfImage(image)).toMatch('BUNDLE_CONTENT_MISMATCH');
  });

  it('refuses two manifests that give one layer two sizes', async () => {
    const [honest, lying] = [await tinyImage(), await withManifest(inLayers({ size: 1 }))];
    const images = [{ image: honest }, { image: lying, tags: ['2.0'] }];
    expect(await refusal({ images })).toMatch(/^BUNDLE_CONTENT_MISMATCH.*one size of/);
  });

  it.each([mediaTypes.dockerSchema1, mediaTypes.dockerSchema1Signed, 'application/json'])(
    'refuses a manifest of type %s',
    async (mediaType) => {
      const image = await withManifest((manifest) => ({ ...manifest, mediaType }), mediaType);
      expect(await refusalOfImage(image)).toMatch(/^BUNDLE_CONTENT_MISMATCH/);
    },
  );

  it('refuses a config or a layer that says it is a manifest', async () => {
    const inner = json(mediaTypes.ociManifest, { schemaVersion: 2, config: empty, layers: [] });
    const { contents } = await tinyImage();
    const manifest = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: inner.content,
      layers: [],
    });
    expect(await refusalOfImage(imageOf([inner, manifest]))).toMatch('BUNDLE_CONTENT_MISMATCH');
    const layered = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: contents.at(-2)?.content,
      layers: [inner.content],
    });
    expect(await refusalOfImage(imageOf([...contents.slice(1, 2), inner, layered]))).toMatch(
      'BUNDLE_CONTENT_MISMATCH',
    );
  });

  it('refuses content that is a manifest here and a layer there', async () => {
    const image = await tinyImage();
    const { digest, size } = image.root;
    const wrapper = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: image.contents.at(-2)?.content,
      layers: [{ mediaType: mediaTypes.ociLayer, digest, size }],
    });
    const images = [{ image }, { image: imageOf([...image.contents, wrapper]), tags: ['2.0'] }];
    expect(await refusal({ images })).toMatch(/^BUNDLE_CONTENT_MISMATCH.*both as a manifest and/);
  });

  function inLayers(fields: Record<string, unknown>) {
    return (manifest: Record<string, unknown>) => ({
      ...manifest,
      layers: (manifest['layers'] as object[]).map((layer) => ({ ...layer, ...fields })),
    });
  }
});

describe('proving indexes', () => {
  it('refuses a platform that is not in the index', async () => {
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const platforms = [{ digest: digestOf('another'), platform: 'linux/amd64' }];
    expect(await refusal({ images: [{ image }], list: inImages({ platforms }) })).toMatch(
      /^BUNDLE_CONTENT_MISMATCH.*the platforms of team\/app/,
    );
  });

  it('refuses a child that is carried but not named', async () => {
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const list = (whole: HandmadeList): object => ({
      ...whole,
      images: whole.images.map((each) => ({
        ...each,
        platforms: (each['platforms'] as object[]).slice(0, 1),
      })),
    });
    expect(await refusal({ images: [{ image }], list })).toMatch('BUNDLE_CONTENT_MISMATCH');
  });

  it.each<readonly [what: string, fields: object]>([
    ['another size', { size: 1 }],
    ['another media type', { mediaType: mediaTypes.dockerManifest }],
  ])('refuses a child with %s than the child has', async (_what, fields) => {
    const image = await tinyImage();
    const index = json(mediaTypes.ociIndex, {
      schemaVersion: 2,
      manifests: [{ ...image.root, ...fields }],
    });
    expect(await refusalOfImage(imageOf([...image.contents, index]))).toMatch(
      /^BUNDLE_CONTENT_MISMATCH.*expected sha256:/,
    );
  });

  it('takes indexes four deep and refuses the fifth', async () => {
    const four = nested(await tinyImage(), 4);
    const made = await handmadeBundle({ images: [{ image: four }] });
    await expect(
      openBundle(pipeOf(made.bytes), trusting(made.publicKeyPem)),
    ).resolves.toBeDefined();
    expect(await refusalOfImage(nested(four, 1))).toMatch('BUNDLE_LIMIT');
  });

  it('walks what is named a thousand times once', async () => {
    const tiny = await tinyImage();
    const often = nested(nested(nested(tiny, 1, 1000), 1, 1000), 1, 1000);
    const made = await handmadeBundle({ images: [{ image: nested(often, 1) }] });
    const bundle = await openBundle(pipeOf(made.bytes), trusting(made.publicKeyPem));
    expect(bundle.manifest.images.flatMap((image) => bundle.documentsOf(image))).toHaveLength(5);
  });

  function nested(image: TinyImage, times: number, mentions = 1): TinyImage {
    if (times === 0) return image;
    const index = json(mediaTypes.ociIndex, {
      schemaVersion: 2,
      manifests: Array<object>(mentions).fill(image.root),
    });
    return nested(imageOf([...image.contents, index]), times - 1, mentions);
  }
});

function inImages(fields: object): (list: HandmadeList) => object {
  return (list) => ({ ...list, images: list.images.map((image) => ({ ...image, ...fields })) });
}

describe('proving what is carried along with an image', () => {
  it.each<readonly [what: string, fields: object]>([
    ['another size', { size: 1 }],
    ['another media type', { mediaType: mediaTypes.dockerManifest }],
    ['another digest', { digest: digestOf('another') }],
  ])('refuses a referrer with %s', async (_what, fields) => {
    const image = await tinyImage();
    const referrers = [{ image: tinyReferrer(image.root) }];
    const list = (whole: HandmadeList): object => ({
      ...whole,
      images: whole.images.map((each) => ({
        ...each,
        referrers: (each['referrers'] as object[]).map((referrer) => ({ ...referrer, ...fields })),
      })),
    });
    expect(await refusal({ images: [{ image, referrers }], list })).toMatch(
      'BUNDLE_CONTENT_MISMATCH',
    );
  });

  it('refuses a referrer that the list does not name', async () => {
    const image = await tinyImage();
    const images = [{ image, referrers: [{ image: tinyReferrer(image.root) }] }];
    expect(await refusal({ images, list: inImages({ referrers: [] }) })).toMatch(
      'BUNDLE_CONTENT_MISMATCH',
    );
  });

  it('refuses a non-distributable layer that is carried all the same', async () => {
    const image = await foreignLayerImage(true);
    expect(await refusalOfImage(image)).toMatch('BUNDLE_CONTENT_MISMATCH');
  });

  async function foreignLayerImage(isCarried: boolean): Promise<TinyImage> {
    const { contents } = await tinyImage({ docker: true });
    const foreign = contentOf(
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      Buffer.from('licensed'),
    );
    const [layer, config] = contents;
    const manifest = json(mediaTypes.dockerManifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: config?.content,
      layers: [{ ...foreign.content, urls: ['http://127.0.0.1:9/licensed'] }, layer?.content],
    });
    return imageOf([
      ...contents.slice(0, 2),
      ...(isCarried ? [foreign] : []),
      manifest,
    ] as TinyContent[]);
  }
});

describe('reading documents that are too large', () => {
  function withEntries(
    entries: readonly Record<string, unknown>[],
  ): (list: HandmadeList) => object {
    return (list) => {
      const all = [...list.entries.slice(0, 3), ...entries, ...list.entries.slice(3)];
      const bytes = all.reduce((sum, { size }) => sum + (size as number), 0);
      return { ...list, entries: all, totals: { entries: all.length, bytes } };
    };
  }

  function documentOf(size: number, index: number): Record<string, unknown> {
    const digest = digestOf(String(index));
    return {
      path: `blobs/sha256/${digest.slice(7)}`,
      size,
      digest,
      mediaType: mediaTypes.ociIndex,
    };
  }

  it('refuses one of more than 4 MiB before it is read', async () => {
    const list = withEntries([documentOf(4 * 1024 * 1024 + 1, 0)]);
    expect(await refusal({ list })).toMatch(/^BUNDLE_LIMIT.*at most 4194304 bytes/);
  });

  it('refuses more than 256 MiB together before they are read', async () => {
    const many = Array.from({ length: 65 }, (_value, index) => documentOf(4 * 1024 * 1024, index));
    expect(await refusal({ list: withEntries(many) })).toMatch(/^BUNDLE_LIMIT.*of manifests/);
  });
});

describe('reading blobs that are not what the list says', () => {
  it.each([
    ['the first byte', 0],
    ['the last byte', -1],
  ])('refuses a layer that differs in %s', async (_where, index) => {
    const archive: NonNullable<HandmadeOptions['archive']> = (all) =>
      all.map((entry) =>
        entry === all.at(-1) ? { ...entry, bytes: changedAt(entry.bytes, index) } : entry,
      );
    expect(await refusalOf(await handmadeBundle({ archive }))).toMatch('CONTENT_DIGEST_MISMATCH');
  });

  function changedAt(bytes: Buffer, index: number): Buffer {
    const changed = Buffer.from(bytes);
    const at = index < 0 ? changed.length + index : index;
    changed[at] = (changed[at] ?? 0) ^ 1;
    return changed;
  }
});
