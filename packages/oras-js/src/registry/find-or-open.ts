/**
 * Before a blob is sent: is it there, can it be mounted, is an upload open for it already?
 */
import type { Descriptor } from '../content/descriptor.js';
import type { PushOptions } from '../content/target.js';
import type { Blobs } from './blobs.js';
import { tryMount } from './open-session.js';
import type { RepositoryContext } from './repository-context.js';
import type { UploadSession } from './upload-session.js';

/** How a blob is pushed. For a manifest `mountFrom` means nothing. */
export interface PushBlobOptions extends PushOptions {
  /** Another repository of the same registry that has the blob. */
  readonly mountFrom?: string | undefined;
}

/**
 * A mount brings it in one request; of what is not known anywhere it is asked first whether it is there.
 *
 * @returns An upload that the registry opened meanwhile, if it did; `there` when nothing is to be sent.
 */
export async function findOrOpen(
  context: RepositoryContext,
  blobs: Blobs,
  content: Descriptor,
  { mountFrom, force, signal }: PushBlobOptions,
): Promise<'there' | UploadSession | undefined> {
  const { path, presence } = context;
  const origin = await context.origin(signal);
  const isElsewhere = mountFrom !== undefined && mountFrom !== path;
  const isOneRequest = !isElsewhere && force !== true && presence.mounts(origin);
  const from = isElsewhere ? mountFrom : path;
  const mounted =
    isElsewhere || isOneRequest ? await tryMount(context, content, from, { signal }) : undefined;
  if (mounted === 'mounted') return 'there';
  // An upload that is opened where it would be mounted from itself says that it is not there.
  if (force === true || (isOneRequest && mounted !== undefined)) return mounted;
  let isWanted = false;
  try {
    isWanted = !(await blobs.exists(content, 'write', { signal }));
    return isWanted ? mounted : 'there';
  } finally {
    if (!isWanted) await mounted?.cancel();
  }
}

/** To be called after a blob was sent: some time it is tried what `findOrOpen` may ask in one request. */
export async function learnPresence(
  context: RepositoryContext,
  content: Descriptor,
  { signal }: PushOptions,
): Promise<void> {
  const { path, presence } = context;
  const origin = await context.origin(signal);
  if (!presence.isToTry(origin)) return;
  const mounted = await tryMount(context, content, path, { signal });
  if (mounted === 'mounted') presence.hasMounted(origin);
  else await mounted?.cancel();
}
