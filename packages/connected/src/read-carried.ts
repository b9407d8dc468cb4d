/**
 * What is carried of an image: the manifests below its root, and for which platforms they are.
 *
 * Manifests are fetched, layers are not.
 */
import { maxIndexDepth, tooDeep, type CarriedPlatform, type Document } from '@sallyport/bundle';
import {
  configPlatform,
  formatReference,
  mapConcurrent,
  mediaTypes,
  readContent,
  type CallOptions,
  type Descriptor,
  type Digest,
  type ImageManifest,
  type Platform,
  type Reference,
} from 'oras-js';
import { carriedPlatform, chooseChildren, requirePlatforms } from './choose-platforms.js';
import { fetchDocument } from './fetch-document.js';
import type { ImageSource } from './source.js';

export interface CarriedImage {
  readonly platforms: readonly CarriedPlatform[];
  /** The root and every manifest below it that is carried. */
  readonly documents: readonly Document[];
  /** Configs that were read for their platform; they are not fetched again. */
  readonly configs: ReadonlyMap<Digest, Buffer>;
}

/** Reads an image once that has several names, also in several repositories. */
export class CarriedImages {
  private readonly read = new Map<Digest, Promise<CarriedImage>>();

  /** As `readCarried`. */
  async of(...request: Parameters<typeof readCarried>): Promise<CarriedImage> {
    const { digest } = request[2].descriptor;
    // What failed under another name is tried again under this one.
    const known = await this.read.get(digest)?.catch(() => undefined);
    if (known !== undefined) return known;
    const reading = readCarried(...request);
    this.read.set(digest, reading);
    return reading;
  }
}

/**
 * @param wanted Empty for all platforms.
 * @throws ExportError `EXPORT_PLATFORM_NOT_FOUND`; what the source says.
 */
export async function readCarried(
  reference: Reference,
  source: ImageSource,
  root: Document,
  wanted: readonly Platform[],
  options: CallOptions,
): Promise<CarriedImage> {
  const image = formatReference(reference);
  if (root.manifest.kind === 'index') {
    const children = chooseChildren(root.manifest, wanted, image);
    const below = await fetchBelow(source, children, options);
    const platforms = children.map(carriedPlatform);
    return { platforms, documents: [root, ...below], configs: new Map() };
  }
  const { platform, configs } = await readConfig(source, root.manifest, options);
  requirePlatforms(platform, wanted, image);
  const platforms = [carriedPlatform({ digest: root.descriptor.digest, platform })];
  return { platforms, documents: [root], configs };
}

/** The manifests named, and what indexes among them hold: those are carried whole. */
async function fetchBelow(
  source: ImageSource,
  children: readonly Descriptor[],
  options: CallOptions,
  depth = 1,
): Promise<readonly Document[]> {
  if (children.length > 0 && depth >= maxIndexDepth) throw tooDeep();
  const fetched = await mapConcurrent(
    children,
    4,
    (child, call) => fetchDocument(source, child, call),
    options,
  );
  const nested = fetched.flatMap(({ manifest }) =>
    manifest.kind === 'index' ? manifest.manifests : [],
  );
  return nested.length === 0
    ? fetched
    : [...fetched, ...(await fetchBelow(source, nested, options, depth + 1))];
}

const imageConfigTypes: readonly string[] = [mediaTypes.ociConfig, mediaTypes.dockerConfig];

async function readConfig(
  source: ImageSource,
  { config }: ImageManifest,
  options: CallOptions,
): Promise<{ platform: Platform | undefined; configs: ReadonlyMap<Digest, Buffer> }> {
  if (!imageConfigTypes.includes(config.mediaType))
    return { platform: undefined, configs: new Map() };
  const bytes = await readContent(source, config, { signal: options.signal });
  return { platform: configPlatform(bytes), configs: new Map([[config.digest, bytes]]) };
}
