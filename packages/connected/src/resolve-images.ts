/**
 * Tags become digests, once; from here on everything is asked for by digest,
 * so a tag that moves during the export changes nothing.
 */
import type { CarriedPlatform, Document, TrustedKey, UpstreamSignature } from '@sallyport/bundle';
import {
  formatReference,
  mapConcurrent,
  type CallOptions,
  type Descriptor,
  type Digest,
  type Platform,
  type Reference,
} from 'oras-js';
import { carryAttached, type CarriedAttachment } from './attached/carry-attached.js';
import { verifyUpstream } from './attached/verify-upstream.js';
import type { OnExportEvent } from './export-event.js';
import { fetchNamedDocument } from './fetch-document.js';
import { requireLocked, type Lock } from './lock-file.js';
import { withExistingTags } from './missing-tag.js';
import { CarriedImages, type CarriedImage } from './read-carried.js';
import { sourceFailure } from './source-failure.js';
import { SiblingTags, type ChooseTags } from './sibling-tags.js';
import type { ConnectSource, ImageSource } from './source.js';

export interface ResolvedImage extends CarriedImage {
  readonly reference: Reference;
  readonly source: ImageSource;
  readonly root: Descriptor;
  /** Other tags that point to it. */
  readonly siblings: readonly string[];
  /** Signatures, SBOMs and the like, to be carried along. */
  readonly attached: readonly CarriedAttachment[];
  readonly upstreamSignature: UpstreamSignature;
  readonly resolvedAt: Date;
}

export interface ResolveOptions extends CallOptions {
  /** Empty for all. */
  readonly platforms?: readonly Platform[];
  /** Images resolved at once. Default 4. */
  readonly concurrency?: number;
  readonly onEvent?: OnExportEvent;
  /** Leave out what is attached to the images. Default false. */
  readonly skipReferrers?: boolean;
  /** Which other tags of the images are looked for. Default: none. */
  readonly siblingTags?: ChooseTags;
  /** When given, each image has to be signed at its source by one of them. */
  readonly sourceKeys?: readonly TrustedKey[];
  /** When given, each name has to have the digest that stands there. */
  readonly lock?: Lock;
  /** What images are read from, for messages. Default "its source registry". */
  readonly sourceName?: string;
  /** The clock. */
  readonly now: () => Date;
}

/** @throws whatever the registry says, with the image and its side named. */
export async function resolveImages(
  references: readonly Reference[],
  connect: ConnectSource,
  options: ResolveOptions,
): Promise<readonly ResolvedImage[]> {
  const images = new CarriedImages();
  const siblings = new SiblingTags(options.siblingTags ?? (() => undefined), references);
  return mapConcurrent(
    references,
    options.concurrency ?? 4,
    async (reference, { signal }) => {
      const image = formatReference(reference);
      try {
        const source = connect(reference);
        const resolved = await resolveImage(reference, source, images, { ...options, signal });
        const { digest } = resolved.root;
        options.onEvent?.({ type: 'image-resolved', image, digest });
        const others = await siblings.of(reference, source, digest, { ...options, signal });
        return { ...resolved, siblings: others };
      } catch (error) {
        throw sourceFailure(
          error,
          `cannot read ${image} from ${options.sourceName ?? 'its source registry'}`,
        );
      }
    },
    options,
  );
}

async function resolveImage(
  reference: Reference,
  source: ImageSource,
  images: CarriedImages,
  options: ResolveOptions,
): Promise<Omit<ResolvedImage, 'siblings'>> {
  const name = reference.digest ?? reference.tag ?? 'latest';
  const checkLock = (digest: Digest): void => {
    if (options.lock !== undefined) requireLocked(options.lock, reference, digest);
  };
  const root = await withExistingTags(reference, source, options, () =>
    fetchNamedDocument(source, name, checkLock, options),
  );
  const { digest } = root.descriptor;
  const carried = await images.of(reference, source, root, options.platforms ?? [], options);
  const resolvedAt = options.now();

  const subjects = carried.documents.filter(
    (document) =>
      document.descriptor.digest === digest || isNamedPlatform(document, carried.platforms),
  );
  const looked = options.skipReferrers === true && options.sourceKeys === undefined ? [] : subjects;
  const found = await carryAttached(
    source,
    looked.map(({ descriptor }) => descriptor),
    options,
  );
  const upstreamSignature: UpstreamSignature =
    looked.length === 0
      ? { state: 'not-checked' }
      : await verifyUpstream(digest, found, source, options.sourceKeys ?? [], options);
  const attached = options.skipReferrers === true ? [] : found;
  return {
    reference,
    source,
    root: root.descriptor,
    ...carried,
    attached,
    upstreamSignature,
    resolvedAt,
  };
}

function isNamedPlatform({ descriptor }: Document, platforms: readonly CarriedPlatform[]): boolean {
  return platforms.some(
    ({ digest, platform }) =>
      digest === descriptor.digest && platform !== undefined && platform !== 'unknown/unknown',
  );
}
