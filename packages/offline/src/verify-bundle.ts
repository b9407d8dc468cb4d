/** Proves every byte of a bundle and pushes nothing. */
import type { VerifiedBundle } from '@sallyport/bundle';
import type { PushOptions } from './push-content.js';
import { reported } from './push-content.js';

/** Returns when the last byte was proven. @throws BundleError or ContentError. */
export async function verifyBundle(
  bundle: VerifiedBundle,
  options: PushOptions = {},
): Promise<void> {
  const { onEvent } = options;
  const { images, totals } = bundle.manifest;
  onEvent?.({ type: 'checked', images: images.length, bytes: totals.bytes });
  await bundle.proveBlobs(async ({ content, open }, call) => {
    if (onEvent === undefined) return;
    const { digest, size } = content;
    onEvent({ type: 'blob-started', digest, bytes: size });
    const bytes = reported(await open(call), digest, onEvent);
    while ((await bytes.next()).done !== true);
    onEvent({ type: 'blob-done', digest, bytes: size, outcome: 'proven' });
  }, options);
}
