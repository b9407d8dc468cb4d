/**
 * What a bundle holds after its signatures, in order: made by hand from tiny
 * images, sharing no code with the bundle package.
 */
import { mediaTypes, type Descriptor } from 'oras-js';
import type { TinyContent, TinyImage } from './tiny-image.js';

export interface HandmadeImage {
  readonly image: TinyImage;
  /** Default "team/app". */
  readonly repository?: string;
  /** Default: "1.0". */
  readonly tags?: readonly string[];
  readonly referrers?: readonly HandmadeReferrer[];
}

export interface HandmadeReferrer {
  readonly image: TinyImage;
  /** Where it is found by a tag. */
  readonly tag?: string;
}

export interface HandmadeContent {
  readonly path: string;
  readonly bytes: Buffer;
  /** Of blobs only. */
  readonly mediaType?: string;
}

export interface CarriedPlatform {
  readonly digest: string;
  readonly platform?: string;
}

export const handmadeHost = 'registry.example.com';

/** `oci-layout`, `index.json`, `manifest.json`, then the blobs. */
export function handmadeContents(images: readonly HandmadeImage[]): readonly HandmadeContent[] {
  const blobs = images.flatMap(({ image, referrers = [] }) => [
    ...image.contents,
    ...referrers.flatMap((referrer) => referrer.image.contents),
  ]);
  return [
    { path: 'oci-layout', bytes: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
    { path: 'index.json', bytes: asJson(ociIndex(images)) },
    { path: 'manifest.json', bytes: asJson(images.flatMap(dockerImage)) },
    ...inOrder(blobs).map(({ content, bytes }) => blob(content.mediaType, bytes, content)),
  ];
}

/** The entry of a blob, with a path that need not be right. */
export function blob(
  mediaType: string,
  bytes: Buffer,
  { digest }: Pick<Descriptor, 'digest'>,
): HandmadeContent {
  return { path: `blobs/sha256/${digest.slice(7)}`, bytes, mediaType };
}

/** Of an index the children that are there; of a manifest itself, with the platform of its config. */
export function carriedPlatforms({ root, contents }: TinyImage): readonly CarriedPlatform[] {
  const { manifests } = fieldsOf(contents, root);
  if (manifests === undefined) return [{ digest: root.digest, ...platformOf(contents, root) }];
  return manifests
    .filter((child) => contents.some(({ content }) => content.digest === child.digest))
    .map((child) => ({ digest: child.digest, ...spelled(child.platform) }));
}

export function namesOf({ repository = 'team/app', tags = ['1.0'] }: HandmadeImage): string[] {
  return tags.map((tag) => `${handmadeHost}/${repository}:${tag}`);
}

interface Fields {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

function fieldsOf(contents: readonly TinyContent[], { digest }: { digest: string }): Fields {
  const found = contents.find(({ content }) => content.digest === digest);
  try {
    return (JSON.parse(String(found?.bytes ?? '{}')) as Fields | null) ?? {};
  } catch {
    // A test may carry what is no JSON at all.
    return {};
  }
}

function platformOf(contents: readonly TinyContent[], root: Descriptor) {
  const { config } = fieldsOf(contents, root);
  return spelled(config && (fieldsOf(contents, config) as Descriptor['platform']));
}

function spelled(platform: Descriptor['platform']): { platform?: string } {
  if (platform?.os === undefined) return {};
  const { os, architecture, variant } = platform;
  return { platform: [os, architecture, variant].filter(Boolean).join('/') };
}

// Indexes, manifests, configs, the rest; each ascending by digest.
function inOrder(blobs: readonly TinyContent[]): readonly TinyContent[] {
  // Of content under two media types the first stays.
  const unique = [
    ...new Map([...blobs].reverse().map((each) => [each.content.digest, each])).values(),
  ];
  const isIndex = ({ content }: TinyContent): boolean => /index|list/.test(content.mediaType);
  const isManifest = ({ content }: TinyContent): boolean => /manifest\.v/.test(content.mediaType);
  const documents = unique.filter((each) => isIndex(each) || isManifest(each));
  const configs = new Set(
    documents.map(({ content }) => fieldsOf(documents, content).config?.digest),
  );
  const rank = (each: TinyContent): number =>
    isIndex(each) ? 0 : isManifest(each) ? 1 : configs.has(each.content.digest) ? 2 : 3;
  return [...unique].sort(
    (a, b) => rank(a) - rank(b) || (a.content.digest < b.content.digest ? -1 : 1),
  );
}

function ociIndex(images: readonly HandmadeImage[]): object {
  const manifests = images.flatMap((each) => {
    const { mediaType, digest, size } = each.image.root;
    const names = namesOf(each).map((name) => ({
      mediaType,
      digest,
      size,
      annotations: annotationsOf(name),
    }));
    const roots = names.length === 0 ? [{ mediaType, digest, size }] : names;
    return [...roots, ...(each.referrers ?? []).map((one) => referrerInIndex(each, one))];
  });
  return { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
}

function referrerInIndex(to: HandmadeImage, { image, tag }: HandmadeReferrer): object {
  const { mediaType, digest, size } = image.root;
  const [name] = tag === undefined ? [] : namesOf({ ...to, tags: [tag] });
  const annotations = name === undefined ? undefined : annotationsOf(name);
  return { mediaType, digest, size, artifactType: artifactTypeOf(image), annotations };
}

function annotationsOf(name: string): object {
  return { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name };
}

export function artifactTypeOf({ root, contents }: TinyImage): string | undefined {
  return (fieldsOf(contents, root) as { artifactType?: string }).artifactType;
}

function dockerImage(each: HandmadeImage): readonly object[] {
  const { contents } = each.image;
  const platforms = carriedPlatforms(each.image);
  const amd64 = platforms.filter(({ platform }) => platform === 'linux/amd64');
  for (const platform of [...amd64, ...platforms]) {
    const { config, layers } = fieldsOf(contents, platform);
    if (!isImageConfig(config) || !Array.isArray(layers) || layers.length === 0) continue;
    if (!layers.every(isTarLayer)) continue;
    const pathOf = ({ digest }: Descriptor): string => `blobs/sha256/${digest.slice(7)}`;
    return [{ Config: pathOf(config), RepoTags: namesOf(each), Layers: layers.map(pathOf) }];
  }
  return [];
}

// Absent or null where a test breaks a manifest.
function isImageConfig(config: Descriptor | null | undefined): config is Descriptor {
  return /image\.(?:config\.)?v1\+json/.test(config?.mediaType ?? '');
}

function isTarLayer(layer: Descriptor | null): boolean {
  const isWhole = typeof layer?.digest === 'string' && typeof layer.mediaType === 'string';
  return (
    isWhole && /(?:oci\.image\.layer\.v1|docker\.image\.rootfs\.diff)\.tar/.test(layer.mediaType)
  );
}

function asJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
