/**
 * Copies an image, with everything it is made of, from one place to another.
 *
 * Manifests are few and small: they are read first and tell all that there is
 * to copy. What the destination has is not sent again. Children arrive before
 * what lists them and the tag comes last, so nobody there ever finds half an
 * image. Layers that no registry may share are left out, as their licence asks.
 */
import { mapConcurrent } from '../async/map-concurrent.js';
import { ContentError } from './content-error.js';
import type { Descriptor } from './descriptor.js';
import type { Digest } from './digest.js';
import { childrenOf, parseManifest, type Manifest } from './manifest.js';
import { isManifestOrIndexType, isNonDistributableType } from './media-types.js';
import { readContent } from './read-content.js';
import type { CallOptions, OpenContent, ReadOnlyTarget, Target } from './target.js';

export interface CopyOptions extends CallOptions {
  /** Name at the destination. Default: the name at the source, unless that is a digest. */
  readonly tag?: string | undefined;
  /** Blobs under way at once. Default 4. */
  readonly concurrency?: number | undefined;
  /** Called once for each blob and manifest, when the destination has it. */
  readonly onBlob?: ((content: Descriptor, outcome: CopyOutcome) => void) | undefined;
}

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
  source: ReadOnlyTarget,
  reference: string,
  destination: Target,
  options: CopyOptions = {},
): Promise<Descriptor> {
  const { signal, concurrency = defaultConcurrency } = options;
  const root = await source.resolve(reference, { signal });
  const parts = await readParts(source, root, { signal });

  const copyOne = async (content: Descriptor, open: OpenContent, call: CallOptions) => {
    const isThere = await destination.exists(content, call);
    if (!isThere) await destination.push(content, open, call);
    options.onBlob?.(content, isThere ? 'there' : 'copied');
  };
  await mapConcurrent(
    blobsOf(parts),
    concurrency,
    (blob, call) => copyOne(blob, (reopened) => source.fetch(blob, reopened), call),
    { signal },
  );
  for (const { content, bytes } of parts) {
    await copyOne(content, async () => only(bytes), { signal });
  }
  const tag = options.tag ?? (reference === root.digest ? undefined : reference);
  if (tag !== undefined) await destination.tag(root, tag, { signal });
  return root;
}

/** Every manifest under `root`, each once, children before parents. */
async function readParts(
  source: ReadOnlyTarget,
  root: Descriptor,
  options: CallOptions,
): Promise<readonly Part[]> {
  const parts = new Map<Digest, Part>();
  const seen = new Set<Digest>();
  const read = async (content: Descriptor): Promise<void> => {
    if (seen.has(content.digest)) return;
    seen.add(content.digest);
    if (seen.size > maxManifests) throw tooManyManifests(root);
    const bytes = await readContent(source, content, options);
    const manifest = parseManifest(bytes, content);
    // A digest cannot contain itself, so this walk ends.
    for (const child of childrenOf(manifest)) {
      if (isManifestOrIndexType(child.mediaType)) await read(child);
    }
    parts.set(content.digest, { content, bytes, manifest });
  };
  await read(root);
  return [...parts.values()];
}

function tooManyManifests(root: Descriptor): ContentError {
  return new ContentError(
    'CONTENT_TOO_LARGE',
    `expected at most ${maxManifests} manifests below ${root.digest}, found more`,
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

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
