/** Deltas: what is left out has to be just what the list assumes. */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  tinyImage,
  type HandmadeBundle,
  type HandmadeList,
  type TinyImage,
} from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { proveFile, provePipe } from '../test-bundles/proving.test.js';

describe('opening a delta', () => {
  interface Assumed {
    readonly digest: unknown;
    readonly size: unknown;
    readonly mediaType: unknown;
  }

  /** A delta of two images that leaves out every layer, and says so as `change` wants it. */
  async function delta(
    change: (assumed: readonly Assumed[]) => readonly object[] = (all) => all,
  ): Promise<HandmadeBundle> {
    const images = [{ image: await tinyImage({ layerBytes: [1, 2, 3] }) }];
    const listed = (await handmadeBundle({ images })).list;
    const { entries } = JSON.parse(String(listed)) as { entries: Record<string, unknown>[] };
    const layers = entries
      .filter((entry) => entry['mediaType'] === mediaTypes.ociLayerGzip)
      .map(({ digest, size, mediaType }) => ({ digest, size, mediaType }));
    return await handmadeBundle({
      images,
      contents: (all) =>
        all.filter(
          ({ path, mediaType }) =>
            path !== 'manifest.json' && mediaType !== mediaTypes.ociLayerGzip,
        ),
      list: (list: HandmadeList) => ({
        ...list,
        kind: 'delta',
        base: { bundle: digestOf('the base'), sequence: 1 },
        assumed: change(layers),
      }),
    });
  }

  it('walks all manifests and hands over what it carries', async () => {
    const { bundle, blobs } = await proveFile(await delta());
    expect(bundle.manifest.assumed).toHaveLength(3);
    expect(bundle.manifest.images.flatMap((each) => bundle.documentsOf(each))).toHaveLength(1);
    expect(blobs.size).toBe(1);
  });

  it('does not mind in which order the assumed blobs are listed', async () => {
    await expect(provePipe(await delta((all) => [...all].reverse()))).resolves.toBeDefined();
  });

  it.each<readonly [what: string, change: (all: readonly Assumed[]) => readonly object[]]>([
    ['one is neither carried nor assumed', (all) => all.slice(1)],
    ['one is assumed that no image names', (all) => [...all, { ...all[0], digest: digestOf('x') }]],
    ['an assumed blob has another size', (all) => all.map((each) => ({ ...each, size: 1 }))],
    [
      'an assumed blob has another type',
      (all) => all.map((each) => ({ ...each, mediaType: mediaTypes.ociLayer })),
    ],
  ])('refuses it when %s', async (_what, change) => {
    await expect(provePipe(await delta(change))).rejects.toMatchObject({
      code: 'BUNDLE_CONTENT_MISMATCH',
    });
  });

  it('refuses one that assumes a config', async () => {
    const image = await tinyImage();
    const config = image.contents.at(-2) as TinyImage['contents'][number];
    const made = await handmadeBundle({
      images: [{ image }],
      contents: (all) =>
        all.filter(
          ({ path, mediaType }) => path !== 'manifest.json' && mediaType !== mediaTypes.ociConfig,
        ),
      list: (list) => ({
        ...list,
        kind: 'delta',
        base: { bundle: digestOf('the base'), sequence: 1 },
        assumed: [config.content],
      }),
    });
    await expect(provePipe(made)).rejects.toMatchObject({ code: 'BUNDLE_CONTENT_MISMATCH' });
  });

  it('refuses one with a manifest.json, which would be no whole archive', async () => {
    const made = await handmadeBundle({
      list: (list) => ({ ...list, kind: 'delta', base: { bundle: digestOf('b'), sequence: 1 } }),
    });
    await expect(provePipe(made)).rejects.toMatchObject({ code: 'BUNDLE_LIST_INVALID' });
  });
});
