/** Makes a finished staging file a blob of the store: by renaming it where the store can, otherwise by copying. */
import { createReadStream } from 'node:fs';
import type { ContentAdopter, Descriptor, Digest } from 'oras-js';
import type { WritableStore } from './registry.js';
import type { UploadSession } from './upload-session.js';

/** @param digest Already compared with that of the session. */
export async function storeUpload(
  store: WritableStore,
  session: UploadSession,
  digest: Digest,
): Promise<void> {
  const content: Descriptor = {
    mediaType: 'application/octet-stream',
    digest,
    size: session.size,
  };
  if (isAdopter(store)) await store.adopt(content, session.file);
  else await store.push(content, async () => createReadStream(session.file));
}

export function isAdopter(store: WritableStore): store is WritableStore & ContentAdopter {
  return 'adopt' in store && 'stagingFolder' in store;
}
