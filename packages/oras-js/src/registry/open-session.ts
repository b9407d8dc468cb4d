/**
 * Opens an upload session, or mounts the blob from another repository.
 *
 * A mount only saves time: whatever the registry answers but "created", the
 * blob is uploaded, in the session of that answer if it opened one.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
import type { Descriptor } from '../content/descriptor.js';
import type { CallOptions } from '../content/target.js';
import { drain } from '../http/read-body.js';
import { errorFromResponse } from './error-from-response.js';
import { RegistryError } from './registry-error.js';
import { requestTo, type RepositoryContext } from './repository-context.js';
import { UploadSession } from './upload-session.js';

export async function openSession(
  context: RepositoryContext,
  content: Descriptor,
  { signal }: CallOptions,
): Promise<UploadSession> {
  const request = await requestTo(context, {
    method: 'POST',
    path: 'blobs/uploads/',
    doing: `opening an upload for blob ${content.digest}`,
    rights: 'write',
    signal,
  });
  const response = await context.sendOnce(request);
  if (response.status !== 202) throw await errorFromResponse(request, response);
  await drain(response);
  return new UploadSession(context, content, { request, response });
}

/** @returns A session where the registry opened one in place of mounting; undefined for everything else. */
export async function tryMount(
  context: RepositoryContext,
  content: Descriptor,
  from: string,
  { signal }: CallOptions,
): Promise<UploadSession | 'mounted' | undefined> {
  const request = await requestTo(context, {
    method: 'POST',
    path: `blobs/uploads/?${new URLSearchParams({ mount: content.digest, from }).toString()}`,
    doing: `mounting blob ${content.digest}`,
    rights: 'write',
    alsoRead: from === context.path ? [] : [from],
    signal,
  });
  try {
    const response = await context.sendOnce(request);
    await drain(response);
    if (response.status === 201) return 'mounted';
    return response.status === 202
      ? new UploadSession(context, content, { request, response })
      : undefined;
  } catch (error) {
    // Token servers refuse, registries stumble; the upload that follows meets the same trouble if it is one.
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}
