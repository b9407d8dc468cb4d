/** Bundles that lack content, hold content that nobody names, or hold it in another place or as another thing. */
import { describe, expect, it } from '@jest/globals';
import { blob, json, type HandmadeContent, type HandmadeOptions } from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { emptyContent } from '../test-bundles/signed-images.test.js';
import { refusalOfSigned } from '../test-bundles/signed-lists.test.js';

type ChangeContents = NonNullable<HandmadeOptions['contents']>;

function isManifest({ mediaType = '' }: { readonly mediaType?: string }): boolean {
  return /manifest\.v/.test(mediaType);
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
    ['a manifest as a layer', retyped(mediaTypes.ociManifest, mediaTypes.ociLayer)],
  ])('refuses %s', async (_what, contents) => {
    expect(await refusalOfSigned({ contents })).toMatch(/^BUNDLE_CONTENT_MISMATCH:/);
  });

  it('refuses a manifest as another media type than it says itself', async () => {
    const contents = retyped(mediaTypes.ociManifest, mediaTypes.dockerManifest);
    expect(await refusalOfSigned({ contents })).toMatch(/^MANIFEST_INVALID:/);
  });

  function stray(mediaType: string): HandmadeContent {
    const bytes = Buffer.from('stray');
    // Highest of all digests, so that the order is right.
    return { path: `blobs/sha256/${digestOf(bytes).slice(7)}`, bytes, mediaType };
  }

  function strayManifest(): HandmadeContent {
    const { content, bytes } = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: emptyContent,
      layers: [],
    });
    return blob(content.mediaType, bytes, content);
  }

  function retyped(from: string, to: string): ChangeContents {
    return (all) =>
      all.map((each) => (each.mediaType === from ? { ...each, mediaType: to } : each));
  }
});
