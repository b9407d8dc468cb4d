/**
 * Small images for tests: every digest, size and diff_id is right, and the
 * same options give the same bytes on every machine.
 */
import { digestOf, mediaTypes, parsePlatform, type Descriptor, type Target } from 'oras-js';
import { tinyLayer } from './tiny-layer.js';

export interface TinyImageOptions {
  /** Length of the file in each layer, in bytes. Default: one layer of 1 000. */
  readonly layerBytes?: readonly number[];
  /** Docker schema 2 media types in place of OCI ones. Default false. */
  readonly docker?: boolean;
  /** With more than one the image is an index. Default: one manifest for linux/amd64. */
  readonly platforms?: readonly string[];
  /** Makes an index even around one platform. Default: when there are several. */
  readonly index?: boolean;
  /** Images of different seeds share no layer. Default "tiny". */
  readonly seed?: string;
}

export interface TinyContent {
  readonly content: Descriptor;
  readonly bytes: Buffer;
}

export interface TinyImage {
  readonly root: Descriptor;
  /** Children before parents, each digest once; the root is the last. */
  readonly contents: readonly TinyContent[];
  /** Stores everything and names the root; returns the root. */
  readonly pushTo: (target: Target, tag: string) => Promise<Descriptor>;
}

export async function tinyImage(options: TinyImageOptions = {}): Promise<TinyImage> {
  const platforms = options.platforms ?? ['linux/amd64'];
  const images = [];
  for (const platform of platforms) images.push(await platformImage(platform, options));
  if (!(options.index ?? platforms.length > 1)) return imageOf(images.flat());
  const roots = images.map((parts, at) => ({
    ...lastOf(parts).content,
    platform: parsePlatform(platforms[at] ?? ''),
  }));
  const mediaType = options.docker ? mediaTypes.dockerManifestList : mediaTypes.ociIndex;
  const index = json(mediaType, { schemaVersion: 2, mediaType, manifests: roots });
  return imageOf([...images.flat(), index]);
}

/** Content of `mediaType` whose bytes are `value` as JSON. */
export function json(mediaType: string, value: unknown): TinyContent {
  return contentOf(mediaType, Buffer.from(JSON.stringify(value)));
}

export function contentOf(mediaType: string, bytes: Buffer): TinyContent {
  return { content: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

async function platformImage(platform: string, options: TinyImageOptions): Promise<TinyContent[]> {
  const { docker = false, seed = 'tiny', layerBytes = [1000] } = options;
  const layers = [];
  for (const [at, fileBytes] of layerBytes.entries()) {
    layers.push(await tinyLayer(`${seed}/${platform}/${at}`, fileBytes));
  }
  const config = json(docker ? mediaTypes.dockerConfig : mediaTypes.ociConfig, {
    created: '1970-01-01T00:00:00Z',
    ...parsePlatform(platform),
    config: { Env: [`SEED=${seed}`] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created: '1970-01-01T00:00:00Z', created_by: 'tiny image' })),
  });
  const layerType = docker ? mediaTypes.dockerLayerGzip : mediaTypes.ociLayerGzip;
  const blobs = layers.map(({ bytes }) => contentOf(layerType, bytes));
  const mediaType = docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest;
  const manifest = json(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: config.content,
    layers: blobs.map(({ content }) => content),
  });
  return [...blobs, config, manifest];
}

export function imageOf(parts: readonly TinyContent[]): TinyImage {
  const contents = [...new Map(parts.map((part) => [part.content.digest, part])).values()];
  const root = lastOf(contents).content;
  return {
    root,
    contents,
    pushTo: async (target, tag) => {
      for (const { content, bytes } of contents) await target.push(content, opening(bytes));
      await target.tag(root, tag);
      return root;
    },
  };
}

/** Opens bytes in memory as content, as often as asked. */
export function opening(bytes: Uint8Array): () => Promise<AsyncIterable<Uint8Array>> {
  return async () =>
    (async function* () {
      yield bytes;
    })();
}

function lastOf(parts: readonly TinyContent[]): TinyContent {
  const last = parts.at(-1);
  if (last === undefined) throw new Error('expected an image with at least one platform');
  return last;
}
