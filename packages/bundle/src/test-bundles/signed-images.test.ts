/** Bundles whose list, tar and signature are right, around images that are not. */
import { describe, expect, it } from '@jest/globals';
import { contentOf, imageOf, tinyImage, type TinyImage } from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { refusalOfSigned } from './signed-lists.test.js';

/** Code and message of the refusal of a bundle of this image alone. */
export async function refusalOfImage(image: TinyImage): Promise<string> {
  return await refusalOfSigned({ images: [{ image }] });
}

/** The tiny image with another manifest in place of its own: fields are changed, digests follow. */
export async function withManifest(
  change: (manifest: Record<string, unknown>) => object,
  mediaType: string = mediaTypes.ociManifest,
): Promise<TinyImage> {
  return await withManifestText(
    (text) => JSON.stringify(change(JSON.parse(text) as Record<string, unknown>)),
    mediaType,
  );
}

/** The tiny image with its manifest spelled in another way, in bytes that need be no text. */
export async function withManifestText(
  change: (json: string) => string | Buffer,
  mediaType: string = mediaTypes.ociManifest,
): Promise<TinyImage> {
  const { contents } = await tinyImage();
  const bytes = Buffer.from(change(String(contents.at(-1)?.bytes)) as string);
  return imageOf([...contents.slice(0, -1), contentOf(mediaType, bytes)]);
}

/** Changes fields of each layer in a manifest. */
export function inLayers(fields: Record<string, unknown>) {
  return (manifest: Record<string, unknown>): Record<string, unknown> => ({
    ...manifest,
    layers: (manifest['layers'] as object[]).map((layer) => ({ ...layer, ...fields })),
  });
}

/** Changes fields of the config in a manifest. */
export function inConfig(fields: Record<string, unknown>) {
  return (manifest: Record<string, unknown>): Record<string, unknown> => ({
    ...manifest,
    config: { ...(manifest['config'] as object), ...fields },
  });
}

/** OCI's descriptor of nothing. */
export const emptyContent = { mediaType: mediaTypes.ociEmpty, digest: digestOf('{}'), size: 2 };

describe('signing a bundle around a manifest that is wrong', () => {
  it('does not help it', async () => {
    const image = await withManifest((manifest) => ({ ...manifest, schemaVersion: 3 }));
    expect(await refusalOfImage(image)).toMatch(/^MANIFEST_INVALID: .*schemaVersion 2, found 3/);
  });
});
