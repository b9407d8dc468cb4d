/** The blobs of a proven bundle a second time, for a registry that has lost some which it had. */
import type { VerifiedBundle } from '@sallyport/bundle';
import type { Descriptor, OpenContent } from 'oras-js';

/** @returns Undefined for what the bundle cannot give again. */
export type OpenAgain = (blob: Descriptor) => OpenContent | undefined;

/** Of a pipe nothing can be had again, and of a delta not what it assumes to be there. */
export function openAgain(bundle: VerifiedBundle): OpenAgain {
  const content = bundle.asContent();
  const assumed = new Set(bundle.manifest.assumed.map(({ digest }) => digest));
  return (blob) =>
    content === undefined || assumed.has(blob.digest)
      ? undefined
      : (options) => content.fetch(blob, options);
}
