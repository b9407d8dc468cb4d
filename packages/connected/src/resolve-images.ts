/**
 * Tags become digests, once; from here on everything is asked for by digest,
 * so a tag that moves during the export changes nothing.
 */
import {
  maxIndexDepth,
  readDocument,
  tooDeep,
  type CarriedPlatform,
  type Document,
} from '@sallyport/bundle';
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
  type ReadOnlyTarget,
  type Reference,
} from 'oras-js';
import { carriedPlatform, chooseChildren, requirePlatforms } from './choose-platforms.js';
import type { OnExportEvent } from './export-event.js';
import { sourceFailure } from './source-failure.js';
import type { ConnectSource } from './source.js';

export interface ResolvedImage {
  readonly reference: Reference;
  readonly source: ReadOnlyTarget;
  readonly root: Descriptor;
  readonly platforms: readonly CarriedPlatform[];
  /** The root and every manifest below it that is carried. */
  readonly documents: readonly Document[];
  /** Configs that were read for their platform; they are not fetched again. */
  readonly configs: ReadonlyMap<Digest, Buffer>;
  readonly resolvedAt: Date;
}

export interface ResolveOptions extends CallOptions {
  /** Empty for all. */
  readonly platforms?: readonly Platform[];
  /** Images resolved at once. Default 4. */
  readonly concurrency?: number;
  readonly onEvent?: OnExportEvent;
  /** The clock. */
  readonly now: () => Date;
}

/** @throws whatever the registry says, with the image and its side named. */
export async function resolveImages(
  references: readonly Reference[],
  connect: ConnectSource,
  options: ResolveOptions,
): Promise<readonly ResolvedImage[]> {
  return mapConcurrent(
    references,
    options.concurrency ?? 4,
    async (reference, { signal }) => {
      const image = formatReference(reference);
      try {
        const resolved = await resolveImage(reference, connect(reference), { ...options, signal });
        options.onEvent?.({ type: 'image-resolved', image, digest: resolved.root.digest });
        return resolved;
      } catch (error) {
        throw sourceFailure(error, `cannot read ${image} from its source registry`);
      }
    },
    options,
  );
}

async function resolveImage(
  reference: Reference,
  source: ReadOnlyTarget,
  options: ResolveOptions,
): Promise<ResolvedImage> {
  const wanted = options.platforms ?? [];
  const image = formatReference(reference);
  const name = reference.digest ?? reference.tag ?? 'latest';
  const { mediaType, digest, size } = await source.resolve(name, options);
  const root = await fetchDocument(source, { mediaType, digest, size }, options);
  const found = { reference, source, root: root.descriptor, resolvedAt: options.now() };

  if (root.manifest.kind === 'index') {
    const children = chooseChildren(root.manifest, wanted, image);
    const below = await fetchBelow(source, children, options);
    const platforms = children.map(carriedPlatform);
    return { ...found, platforms, documents: [root, ...below], configs: new Map() };
  }
  const { platform, configs } = await readConfig(source, root.manifest, options);
  requirePlatforms(platform, wanted, image);
  const platforms = [carriedPlatform({ digest, platform })];
  return { ...found, platforms, documents: [root], configs };
}

async function fetchDocument(
  source: ReadOnlyTarget,
  { mediaType, digest, size }: Descriptor,
  options: CallOptions,
): Promise<Document> {
  const content = { mediaType, digest, size };
  return readDocument(content, await readContent(source, content, { signal: options.signal }));
}

/** The manifests named, and what indexes among them hold: those are carried whole. */
async function fetchBelow(
  source: ReadOnlyTarget,
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
  source: ReadOnlyTarget,
  { config }: ImageManifest,
  options: CallOptions,
): Promise<{ platform: Platform | undefined; configs: ReadonlyMap<Digest, Buffer> }> {
  if (!imageConfigTypes.includes(config.mediaType))
    return { platform: undefined, configs: new Map() };
  const bytes = await readContent(source, config, { signal: options.signal });
  return { platform: configPlatform(bytes), configs: new Map([[config.digest, bytes]]) };
}
