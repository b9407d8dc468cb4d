/** Proves every byte of a bundle and pushes nothing. */
import type { VerifiedBundle } from '@sallyport/bundle';
import { tellBytes } from './import-event.js';
import type { PushOptions } from './push-content.js';

/** Enough for a processor each on most machines. */
const verifiedAtOnce = 8;

/** Returns when the last byte was proven. @throws BundleError or ContentError. */
export async function verifyBundle(
  bundle: VerifiedBundle,
  options: PushOptions = {},
): Promise<void> {
  const { onEvent } = options;
  const { images, totals } = bundle.manifest;
  onEvent?.({ type: 'checked', images: images.length, bytes: totals.bytes });
  await bundle.proveBlobs(
    async ({ content, prove }) => {
      const { digest, size } = content;
      onEvent?.({ type: 'blob-started', digest, bytes: size });
      await prove({ onBytes: tellBytes(digest, onEvent) });
      onEvent?.({ type: 'blob-done', digest, bytes: size, outcome: 'proven' });
    },
    { concurrency: verifiedAtOnce, ...options },
  );
}
