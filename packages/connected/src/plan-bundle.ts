/**
 * The plan: from a few kilobytes of manifests, everything that will be in the bundle.
 *
 * Names that lead to the same image become one image with several tags; the
 * same layer in several images becomes one entry.
 */
import {
  composeManifest,
  formatTime,
  layoutDocuments,
  type BundleImage,
  type BundleManifest,
  type BundleSource,
  type CarriedReferrer,
  type Document,
} from '@sallyport/bundle';
import { childrenOf, formatReference, type Digest, type ReadOnlyTarget } from 'oras-js';
import { ExportError } from './export-error.js';
import type { ResolvedImage } from './resolve-images.js';
import { withoutClashes } from './sibling-clashes.js';

export interface PlanOptions {
  readonly channel: string;
  readonly sequence?: number | undefined;
  readonly created: Date;
  readonly expires?: Date | undefined;
  readonly previous?: Digest | undefined;
  readonly audience?: readonly string[] | undefined;
  readonly tool: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface ExportPlan {
  readonly manifest: BundleManifest;
  /** Content that is here already: layout documents, manifests, configs that were read. */
  readonly inMemory: ReadonlyMap<Digest, Buffer>;
  readonly sourceOf: ReadonlyMap<Digest, BlobSource>;
}

/** A repository that has a blob, and the image that needs it there. */
export interface BlobSource {
  readonly target: ReadOnlyTarget;
  readonly image: string;
}

/** @throws ExportError `EXPORT_NAME_CONFLICT`; BundleError for what no reader would accept. */
export function planBundle(found: readonly ResolvedImage[], options: PlanOptions): ExportPlan {
  const resolved = withoutClashes(found);
  const images = mergeImages(resolved);
  const sources = sourceEntries(resolved);
  const documents = new Map<Digest, Document>();
  for (const document of resolved.flatMap(heldDocuments)) {
    documents.set(document.descriptor.digest, document);
  }
  const manifest = composeManifest({ ...options, images, sources, documents });
  const layout = layoutDocuments(manifest, documents, manifest.kind);
  return {
    manifest,
    inMemory: new Map([
      ...manifest.entries.flatMap(({ path, digest }) =>
        layout.filter((each) => each.path === path).map(({ bytes }) => [digest, bytes] as const),
      ),
      ...[...documents].map(([digest, { bytes }]) => [digest, bytes] as const),
      ...resolved.flatMap(({ configs }) => [...configs]),
    ]),
    sourceOf: new Map(
      resolved.flatMap((image) => {
        const source = { target: image.source, image: formatReference(image.reference) };
        return heldDocuments(image).flatMap(({ manifest: each }) =>
          childrenOf(each).map(({ digest }) => [digest, source] as const),
        );
      }),
    ),
  };
}

function mergeImages(resolved: readonly ResolvedImage[]): readonly BundleImage[] {
  const images = new Map<string, BundleImage>();
  const taken = new Map<string, Digest>();
  for (const { reference, root, platforms, attached, siblings } of resolved) {
    const { repository, tag } = reference;
    if (tag !== undefined) claim(taken, `${repository}:${tag}`, root.digest);
    const key = `${repository}@${root.digest}`;
    const tags = new Set([...(images.get(key)?.tags ?? []), ...siblings]);
    if (tag !== undefined) tags.add(tag);
    const { digest, mediaType, size } = root;
    images.set(key, {
      repository,
      tags: [...tags].sort(),
      digest,
      mediaType,
      size,
      platforms,
      referrers: attached.map(({ referrer }) => referrer).sort(byDigest),
    });
  }
  // Sorted, so that the order on the command line does not change the bytes.
  return [...images.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
}

function heldDocuments({ documents, attached }: ResolvedImage): readonly Document[] {
  return [...documents, ...attached.map(({ document }) => document)];
}

function byDigest(a: CarriedReferrer, b: CarriedReferrer): number {
  return a.digest < b.digest ? -1 : 1;
}

function claim(taken: Map<string, Digest>, name: string, digest: Digest): void {
  const before = taken.get(name);
  if (before !== undefined && before !== digest) {
    throw new ExportError(
      'EXPORT_NAME_CONFLICT',
      `expected one image under ${name}, found ${before} and ${digest} from different places`,
      { hint: 'export them into two bundles, or name one of them by digest' },
    );
  }
  taken.set(name, digest);
}

/** One for each name: those that were asked for, and the other tags that were found. */
function sourceEntries(resolved: readonly ResolvedImage[]): readonly BundleSource[] {
  const entries = resolved.flatMap((image) => {
    const { reference, siblings } = image;
    const names = [reference.digest ?? reference.tag ?? 'latest', ...siblings];
    return names.map((name) => sourceEntry(image, name));
  });
  // Two tags of one image that were both asked for find the same others.
  const unique = new Map(entries.map((entry) => [nameOf(entry), entry]));
  return [...unique.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ host, repository, reference }: BundleSource): string {
  return `${host}/${repository}:${reference}`;
}

function sourceEntry(image: ResolvedImage, name: string): BundleSource {
  const { reference, root, resolvedAt, upstreamSignature } = image;
  return {
    host: reference.registry,
    repository: reference.repository,
    reference: name,
    digest: root.digest,
    resolved: formatTime(resolvedAt),
    upstreamSignature,
  };
}
