/**
 * Blobs into the registry while the bundle is being proven; nothing that could be pulled yet.
 *
 * Returns only when the last byte of the bundle was proven. Manifests come
 * after that, in `tag-images`.
 */
import type { BundleBlob, VerifiedBundle } from '@sallyport/bundle';
import {
  withContext,
  type CallOptions,
  type Descriptor,
  type Digest,
  type OpenContent,
} from 'oras-js';
import type { BlobNeed, ImportPlan } from './check-destination.js';
import type { ConnectDestination } from './destination-repository.js';
import { tellBytes, type BlobOutcome, type OnImportEvent } from './import-event.js';

export interface PushOptions extends CallOptions {
  /** Blobs pushed at once; from a pipe one after the other. Default 4. */
  readonly concurrency?: number;
  readonly onEvent?: OnImportEvent;
}

export interface PushedBlob {
  readonly digest: Digest;
  readonly bytes: number;
  readonly outcome: BlobOutcome;
}

export async function pushContent(
  bundle: VerifiedBundle,
  plan: ImportPlan,
  connect: ConnectDestination,
  options: PushOptions,
): Promise<readonly PushedBlob[]> {
  const pushed: PushedBlob[] = [];
  await bundle.proveBlobs(async (blob, call) => {
    const { digest, size } = blob.content;
    options.onEvent?.({ type: 'blob-started', digest, bytes: size });
    const need = plan.needs.get(digest) ?? nobody;
    const outcome = await pushBlob(blob, need, connect, { ...options, ...call });
    pushed.push({ digest, bytes: size, outcome });
    options.onEvent?.({ type: 'blob-done', digest, bytes: size, outcome });
  }, options);
  return pushed.sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

const nobody: BlobNeed = { repositories: [], holder: undefined };

/** To the first repository from the bundle; the others take it from there. A push keeps what is there. */
async function pushBlob(
  { content, open, canReopen }: BundleBlob,
  { repositories, holder }: BlobNeed,
  connect: ConnectDestination,
  { onEvent, ...call }: PushOptions,
): Promise<BlobOutcome> {
  let outcome: BlobOutcome = 'present';
  let from = holder;
  const onBytes = tellBytes(content.digest, onEvent);
  const fromBundle: OpenContent = async (options) => {
    outcome = 'pushed';
    return open({ ...options, onBytes });
  };
  for (const [index, repository] of repositories.entries()) {
    const bytes =
      index === 0 || canReopen ? fromBundle : fetchFrom(connect(from ?? repository), content);
    try {
      await connect(repository).push(content, bytes, { ...call, mountFrom: from });
    } catch (error) {
      throw withContext(error, `cannot push ${content.digest} to ${repository} at the destination`);
    }
    from ??= repository;
  }
  return outcome;
}

// A pipe is read once: the second repository gets the copy that the first one has, verified again on the way.
function fetchFrom(source: ReturnType<ConnectDestination>, content: Descriptor): OpenContent {
  return (options) => source.fetch(content, options);
}
