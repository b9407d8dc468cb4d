/** Sends what a registry has lost of images whose manifests it has: a manifest that is there says only that all was there once. */
import { childrenOf, isNonDistributableType, withContext, type CallOptions } from 'oras-js';
import type { ImportPlan, PlannedImage } from './check-destination.js';
import type { OpenAgain } from './open-again.js';

/** @param open Of the proven bundle. @throws what the registry says, with the image named. */
export async function restoreLost(
  { images }: ImportPlan,
  open: OpenAgain,
  options: CallOptions,
): Promise<void> {
  for (const image of images) {
    if (image.presence !== 'there') continue;
    try {
      await restoreImage(image, open, options);
    } catch (error) {
      throw withContext(error, `cannot restore ${image.repository} at the destination`);
    }
  }
}

async function restoreImage(
  { target, documents }: PlannedImage,
  open: OpenAgain,
  options: CallOptions,
): Promise<void> {
  const blobs = documents.flatMap(({ manifest }) =>
    manifest.kind === 'index' ? [] : childrenOf(manifest),
  );
  for (const blob of blobs) {
    const again = isNonDistributableType(blob.mediaType) ? undefined : open(blob);
    if (again !== undefined) await target.push(blob, again, options);
  }
}
