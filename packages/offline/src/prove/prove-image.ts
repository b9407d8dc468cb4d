/**
 * Pulls an image as far as that proves that a runner can: its tags, its manifest, each blob that
 * this names, and the first byte of the largest one.
 *
 * Most of it is asked without bytes. But storage elsewhere, to which a registry sends those who
 * read, may never be met that way, so one byte is really read.
 */
import {
  childrenOf,
  formatPlatform,
  hasCode,
  isNonDistributableType,
  mapConcurrent,
  parseManifest,
  readContent,
  withContext,
  type Descriptor,
  type ImageManifest,
} from 'oras-js';
import { chooseChild } from './choose-child.js';
import type {
  ConnectProof,
  ImageProof,
  ImageToProve,
  ProofOptions,
  ProvableRepository,
} from './image-proof.js';
import { ProveError } from './prove-error.js';
import { runnerAccept } from './runner-accept.js';

const askedAtOnce = 8;

/** @throws ProveError; what the registry says, with the image named. */
export async function proveImage(
  image: ImageToProve,
  connect: ConnectProof,
  options: ProofOptions = {},
): Promise<ImageProof> {
  const { repository, journey } = connect(image);
  const startedMs = performance.now();
  journey?.begin();
  try {
    const { root, child, manifest } = await readImage(image, repository, options);
    const blobs = await requireBlobs(image, manifest, repository, options);
    return {
      image: nameOf(image),
      tags: image.tags,
      digest: root.digest,
      mediaType: root.mediaType,
      platform: child?.platform && formatPlatform(child.platform),
      bytes: [root, ...(child ? [child] : []), ...blobs].reduce((sum, { size }) => sum + size, 0),
      blobs: blobs.length,
      hosts: journey?.hosts ?? [],
      clockSkewSeconds: journey?.clockSkewSeconds,
      seconds: (performance.now() - startedMs) / 1000,
    };
  } catch (error) {
    throw withContext(error, `cannot pull ${labelOf(image)}`);
  }
}

/** As a runner names it. */
export function labelOf(image: ImageToProve): string {
  const [tag] = image.tags;
  return tag === undefined ? `${nameOf(image)}@${image.digest ?? ''}` : `${nameOf(image)}:${tag}`;
}

function nameOf({ registry, repository }: ImageToProve): string {
  return registry === undefined ? repository : `${registry}/${repository}`;
}

interface ReadImage {
  readonly root: Descriptor;
  /** Of an index. */
  readonly child: Descriptor | undefined;
  readonly manifest: ImageManifest;
}

async function readImage(
  image: ImageToProve,
  repository: ProvableRepository,
  options: ProofOptions,
): Promise<ReadImage> {
  const { signal } = options;
  const [tag, ...others] = image.tags;
  const { content: root, bytes } = await readNamed(repository, tag ?? image.digest ?? '', options);
  requireDigest(image, tag, root, image.digest);
  await mapConcurrent(
    others,
    askedAtOnce,
    async (other, call) => {
      requireDigest(image, other, await repository.resolve(other, call), root.digest);
    },
    { signal },
  );
  const manifest = parseManifest(bytes, root);
  if (manifest.kind === 'image') return { root, child: undefined, manifest };
  const child = await chooseChild(manifest, repository, nameOf(image), options);
  const below = parseManifest(await readContent(repository, child, { signal }), child);
  // Indexes within indexes are allowed, and no runner meets one under an analyzer's name.
  if (below.kind === 'index') throw missing(image, [child]);
  return { root, child, manifest: below };
}

async function readNamed(
  repository: ProvableRepository,
  name: string,
  { signal }: ProofOptions,
): Promise<{ readonly content: Descriptor; readonly bytes: Buffer }> {
  if (repository.read !== undefined) return repository.read(name, { signal, accept: runnerAccept });
  const content = await repository.resolve(name, { signal });
  return { content, bytes: await readContent(repository, content, { signal }) };
}

/** @returns What it names, each once. */
async function requireBlobs(
  image: ImageToProve,
  manifest: ImageManifest,
  repository: ProvableRepository,
  { signal }: ProofOptions,
): Promise<readonly Descriptor[]> {
  const named = childrenOf(manifest).filter(({ mediaType }) => !isNonDistributableType(mediaType));
  const blobs = [...new Map(named.map((blob) => [blob.digest, blob])).values()];
  const lost = await mapConcurrent(
    blobs,
    askedAtOnce,
    async (blob, call) => ((await repository.exists(blob, call)) ? [] : [blob]),
    { signal },
  );
  if (lost.flat().length > 0) throw missing(image, lost.flat());
  const [largest] = [...blobs].sort((a, b) => b.size - a.size);
  if (largest !== undefined && largest.size > 0)
    await readOneByte(image, largest, repository, signal);
  return blobs;
}

async function readOneByte(
  image: ImageToProve,
  blob: Descriptor,
  repository: ProvableRepository,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    for await (const chunk of await repository.fetch(blob, { start: 0, end: 1, signal })) {
      if (chunk.byteLength > 0) return;
    }
  } catch (error) {
    const message = `${blob.digest} of ${nameOf(image)} is said to be there, and cannot be read`;
    if (!hasCode(error, 'CONTENT_NOT_FOUND')) throw withContext(error, message);
    // Registries that cache what they have say so of a blob which their garbage collection took.
    const hint = 'restart the registry, so that it looks at its storage, then import again';
    throw new ProveError('PROVE_CONTENT_MISSING', message, { hint, cause: error });
  }
}

function requireDigest(
  image: ImageToProve,
  tag: string | undefined,
  found: Descriptor,
  expected: string | undefined,
): void {
  if (expected === undefined || found.digest === expected) return;
  throw new ProveError(
    'PROVE_DIGEST_WRONG',
    `expected ${nameOf(image)}:${tag ?? ''} to be ${expected}, found ${found.digest}`,
    { hint: 'somebody else may write this tag; look at the registry, then import again' },
  );
}

/** More than anybody compares by eye. */
const maxNamed = 5;

function missing(image: ImageToProve, lost: readonly Descriptor[]): ProveError {
  const shown = lost.slice(0, maxNamed).map(({ digest }) => digest);
  const more = lost.length - shown.length;
  return new ProveError(
    'PROVE_CONTENT_MISSING',
    `expected ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} in ${nameOf(image)}, found nothing`,
    { hint: 'import the bundle again; if it repeats, the registry loses content' },
  );
}
