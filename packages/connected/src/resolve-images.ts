/**
 * Tags become digests, once; from here on everything is asked for by digest,
 * so a tag that moves during the export changes nothing.
 */
import type { CarriedPlatform, Document, TrustedKey, UpstreamSignature } from '@sallyport/bundle';
import {
  formatReference,
  mapConcurrent,
  withResolved,
  type CallOptions,
  type Descriptor,
  type Platform,
  type Reference,
} from 'oras-js';
import { carryAttached, type CarriedAttachment } from './attached/carry-attached.js';
import { verifyUpstream } from './attached/verify-upstream.js';
import type { OnExportEvent } from './export-event.js';
import { fetchDocument } from './fetch-document.js';
import { requireLocked, type Lock } from './lock-file.js';
import { readCarried, type CarriedImage } from './read-carried.js';
import { sourceFailure } from './source-failure.js';
import type { ConnectSource, ImageSource } from './source.js';

export interface ResolvedImage extends CarriedImage {
  readonly reference: Reference;
  readonly source: ImageSource;
  readonly root: Descriptor;
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
  options: ResolveOptions,
): Promise<ResolvedImage> {
  const name = reference.digest ?? reference.tag ?? 'latest';
  const readRoot = (content: Descriptor): Promise<Document> => {
    if (options.lock !== undefined) requireLocked(options.lock, reference, content.digest);
    return fetchDocument(source, content, options);
  };
  const root = await withResolved(source, name, readRoot, options);
  const { digest } = root.descriptor;
  const carried = await readCarried(reference, source, root, options.platforms ?? [], options);
  const resolvedAt = options.now();

  const subjects = carried.documents.filter(
    (document) => document === root || isNamedPlatform(document, carried.platforms),
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
