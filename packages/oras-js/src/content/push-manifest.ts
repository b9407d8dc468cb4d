/**
 * Pushes a manifest to a place that may have lost what it said it had.
 *
 * Registries have been seen to answer that a blob is there and then to refuse
 * the manifest that names it, after a garbage collection or before a replica
 * caught up. The blobs of that manifest are then sent once more, as far as they
 * are at hand, whatever the registry says of them; a second refusal is final.
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
 * @param openBlob Gives what opens a blob of the manifest once more, or undefined where that is not possible.
 * @throws what the destination says.
 */
export async function pushManifest(
  destination: Pusher,
  { content, bytes, manifest }: PushableManifest,
  openBlob: (blob: Descriptor) => OpenContent | undefined,
  options: PushOptions = {},
): Promise<void> {
  const open: OpenContent = async () => inOnePiece(bytes);
  try {
    await destination.push(content, open, options);
  } catch (error) {
    const isLost = hasCode(error, 'REGISTRY_BLOB_UNKNOWN') && manifest.kind === 'image';
    let isSentAgain = false;
    for (const blob of isLost ? childrenOf(manifest) : []) {
      const again = isNonDistributableType(blob.mediaType) ? undefined : openBlob(blob);
      if (again === undefined) continue;
      await destination.push(blob, again, { ...options, force: true });
      isSentAgain = true;
    }
    if (!isSentAgain) throw error;
    await destination.push(content, open, options);
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
