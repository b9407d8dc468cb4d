/**
 * Pushes a manifest to a place that may have lost what it said it had.
 *
 * Registries have been seen to answer that a blob is there and then to refuse
 * the manifest that names it, after a garbage collection or before a replica
 * caught up. The blobs of that manifest are then sent once more, whatever the
 * registry says of them; a second refusal is final.
 */
import { hasCode } from '../errors/coded-error.js';
import type { Descriptor } from './descriptor.js';
import { childrenOf, type Manifest } from './manifest.js';
import { isNonDistributableType } from './media-types.js';
import type { OpenContent, Pusher, PushOptions } from './target.js';

/** A manifest with its bytes, and what was read from them. */
export interface PushableManifest {
  readonly content: Descriptor;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
}

/**
 * @param openBlob Opens a blob of the manifest once more; undefined where that is not possible.
 * @throws what the destination says.
 */
export async function pushManifest(
  destination: Pusher,
  { content, bytes, manifest }: PushableManifest,
  openBlob: ((blob: Descriptor) => OpenContent) | undefined,
  options: PushOptions = {},
): Promise<void> {
  const open: OpenContent = async () => inOnePiece(bytes);
  try {
    await destination.push(content, open, options);
  } catch (error) {
    const isLost = hasCode(error, 'REGISTRY_BLOB_UNKNOWN') && manifest.kind === 'image';
    if (!isLost || openBlob === undefined) throw error;
    const blobs = childrenOf(manifest).filter(
      ({ mediaType }) => !isNonDistributableType(mediaType),
    );
    for (const blob of blobs)
      await destination.push(blob, openBlob(blob), { ...options, force: true });
    await destination.push(content, open, options);
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
