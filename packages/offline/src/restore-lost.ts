/** Sends what a registry has lost of images whose manifests it has: a manifest that is there says only that all was there once. */
import {
  childrenOf,
  isNonDistributableType,
  withContext,
  type CallOptions,
  type Fetcher,
} from 'oras-js';
import type { ImportPlan, PlannedImage } from './check-destination.js';

/** @param content The proven blobs of the bundle. @throws what the registry says, with the image named. */
export async function restoreLost(
  { images }: ImportPlan,
  content: Fetcher,
  options: CallOptions,
): Promise<void> {
  for (const image of images) {
    if (image.presence !== 'there') continue;
    try {
      await restoreImage(image, content, options);
    } catch (error) {
      throw withContext(error, `cannot restore ${image.repository} at the destination`);
    }
  }
}

async function restoreImage(
  { target, documents }: PlannedImage,
  content: Fetcher,
  options: CallOptions,
): Promise<void> {
  const blobs = documents.flatMap(({ manifest }) =>
    manifest.kind === 'index' ? [] : childrenOf(manifest),
  );
  for (const blob of blobs) {
    if (isNonDistributableType(blob.mediaType)) continue;
    await target.push(blob, (call) => content.fetch(blob, call), options);
  }
}
