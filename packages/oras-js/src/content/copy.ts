/**
 * Copies an image, with everything it is made of, from one place to another.
 *
 * Manifests are few and small: they are read first and tell all that there is
 * to copy. What the destination has is not sent again. Children arrive before
 * what lists them and the tag comes last, so nobody there ever finds half an
 * image. Layers that no registry may share are left out, as their licence asks.
 */
import { mapConcurrent } from '../async/map-concurrent.js';
import { findAttached, type Attached } from './attached.js';
import { ContentError } from './content-error.js';
import type { Descriptor } from './descriptor.js';
import type { Digest } from './digest.js';
import { childrenOf, parseManifest, type Manifest } from './manifest.js';
import { isManifestOrIndexType, isNonDistributableType } from './media-types.js';
import { pushManifest } from './push-manifest.js';
import { readContent } from './read-content.js';
import type { CallOptions, OpenContent, ReadOnlyTarget, ReferrerLister, Target } from './target.js';
import { withResolved } from './with-resolved.js';

/** How to copy; nothing of it is needed. */
export interface CopyOptions extends CallOptions {
  /** Name at the destination. Default: the name at the source, unless that is a digest. */
  readonly tag?: string | undefined;
  /** Take signatures, SBOMs and the like along, with the tags that cosign gives them. Default true. */
  readonly referrers?: boolean | undefined;
  /** Blobs under way at once. Default 4. */
  readonly concurrency?: number | undefined;
  /** Called once for each blob and manifest, when the destination has it. */
  readonly onBlob?: ((content: Descriptor, outcome: CopyOutcome) => void) | undefined;
}

/** `there`: the destination had it and nothing was sent. */
export type CopyOutcome = 'copied' | 'there';

/** A manifest with its children before it. */
interface Part {
  readonly content: Descriptor;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

// Four keep a link of 100 ms busy; more only make a registry refuse.
const defaultConcurrency = 4;

// They are held in memory while the blobs are copied. The largest public images have dozens.
const maxManifests = 1_000;

/**
 * @param reference A tag or a digest at the source.
 * @returns what `reference` stood for.
 * @throws ContentError `CONTENT_TOO_LARGE` for more than 1 000 manifests; otherwise what the
 *   first failing part threw. The tag is then as it was.
 */
export async function copy(
  source: ReadOnlyTarget & Partial<ReferrerLister>,
  reference: string,
  destination: Target,
  options: CopyOptions = {},
): Promise<Descriptor> {
  const { signal } = options;
  const { root, parts, attached } = await withResolved(
    source,
    reference,
    async (content) => ({ root: content, ...(await readAll(source, content, options)) }),
    options,
  );
  await copyParts(source, destination, parts, options);
  for (const { content, tag } of attached) {
    if (tag !== undefined) await destination.tag(content, tag, { signal });
  }
  const tag = options.tag ?? (reference === root.digest ? undefined : reference);
  if (tag !== undefined) await destination.tag(root, tag, { signal });
  return root;
}

type Parts = ReadonlyMap<Digest, Part>;

interface Walk {
  readonly parts: Map<Digest, Part>;
  /** Read, or being read: children stand in `parts` before their parents do. */
  readonly seen: Set<Digest>;
}

/** Every manifest of the image and of what is attached to it, each once, children before parents. */
async function readAll(
  source: ReadOnlyTarget & Partial<ReferrerLister>,
  root: Descriptor,
  { signal, referrers = true }: CopyOptions,
): Promise<{ parts: Parts; attached: readonly Attached[] }> {
  const walk: Walk = { parts: new Map(), seen: new Set() };
  const { parts } = walk;
  await readBelow(source, root, walk, { signal });
  const subjects = [...parts.values()].map(({ content }) => content);
  const attached = referrers ? await findAttached(source, subjects, { signal }) : [];
  for (const { content } of attached) await readBelow(source, content, walk, { signal });
  return { parts, attached };
}

async function readBelow(
  source: ReadOnlyTarget,
  content: Descriptor,
  { parts, seen }: Walk,
  options: CallOptions,
): Promise<void> {
  if (seen.has(content.digest)) return;
  seen.add(content.digest);
  if (seen.size > maxManifests) throw tooManyManifests(content);
  const bytes = await readContent(source, content, options);
  const manifest = parseManifest(bytes, content);
  // A digest cannot contain itself, so this walk ends.
  for (const child of childrenOf(manifest)) {
    if (isManifestOrIndexType(child.mediaType))
      await readBelow(source, child, { parts, seen }, options);
  }
  parts.set(content.digest, { content, bytes, manifest });
}

async function copyParts(
  source: ReadOnlyTarget,
  destination: Target,
  parts: Parts,
  { signal, concurrency = defaultConcurrency, onBlob }: CopyOptions,
): Promise<void> {
  const copyOne = async (content: Descriptor, open: OpenContent, call: CallOptions) => {
    const isThere = await destination.exists(content, call);
    if (!isThere) await destination.push(content, open, call);
    onBlob?.(content, isThere ? 'there' : 'copied');
  };
  await mapConcurrent(
    blobsOf([...parts.values()]),
    concurrency,
    (blob, call) => copyOne(blob, (reopened) => source.fetch(blob, reopened), call),
    { signal },
  );
  for (const part of parts.values()) {
    const isThere = await destination.exists(part.content, { signal });
    const openBlob =
      (blob: Descriptor): OpenContent =>
      (call) =>
        source.fetch(blob, call);
    if (!isThere) await pushManifest(destination, part, openBlob, { signal });
    onBlob?.(part.content, isThere ? 'there' : 'copied');
  }
}

function tooManyManifests({ digest }: Descriptor): ContentError {
  return new ContentError(
    'CONTENT_TOO_LARGE',
    `expected at most ${maxManifests} manifests, found more at ${digest}`,
  );
}

/** What is no manifest, each once. */
function blobsOf(parts: readonly Part[]): readonly Descriptor[] {
  const children = parts.flatMap(({ manifest }) => childrenOf(manifest));
  const blobs = children.filter(
    ({ mediaType }) => !isManifestOrIndexType(mediaType) && !isNonDistributableType(mediaType),
  );
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}
