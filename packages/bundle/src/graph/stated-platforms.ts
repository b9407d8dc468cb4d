/**
 * What the list says about the platform of an image without an index, against
 * what the image's config says of itself.
 *
 * Only what contradicts is refused. Children of an index are not looked at:
 * their platform is what the index says, and that is compared where it is read.
 */
import { configPlatform, type Digest } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { maxDocumentBytes } from '../limits.js';
import type { BundleImage } from '../list/bundle-manifest.js';
import type { Documents } from './documents.js';
import { isImageConfig } from './image-config-types.js';

export interface StatedPlatform {
  /** `repository@digest`, for the message. */
  readonly image: string;
  /** `os/arch[/variant]` */
  readonly platform: string;
}

/** What is stated of each config, by its digest. One larger than a document is not taken into memory, so left out. */
export type StatedPlatforms = ReadonlyMap<Digest, readonly StatedPlatform[]>;

export function statedPlatforms(
  images: readonly BundleImage[],
  documents: Documents,
): StatedPlatforms {
  const stated = new Map<Digest, StatedPlatform[]>();
  for (const { repository, digest, platforms } of images) {
    const manifest = documents.get(digest)?.manifest;
    if (manifest?.kind !== 'image') continue;
    const { config } = manifest;
    if (!isImageConfig(config) || config.size > maxDocumentBytes) continue;
    for (const { platform } of platforms) {
      if (platform === undefined) continue;
      const before = stated.get(config.digest) ?? [];
      stated.set(config.digest, [...before, { image: `${repository}@${digest}`, platform }]);
    }
  }
  return stated;
}

/**
 * @param config As it was proven.
 * @throws BundleError `BUNDLE_CONTENT_MISMATCH` for another system or architecture, or another variant where both name one.
 */
export function checkStatedPlatforms(config: Buffer, stated: readonly StatedPlatform[]): void {
  const own = configPlatform(config);
  if (own === undefined) return;
  const said = [own.os, own.architecture, own.variant ?? ''];
  for (const { image, platform } of stated) {
    // A part that is absent or empty says nothing.
    const differs = platform
      .split('/')
      .some((part, index) => said[index] !== '' && said[index] !== part);
    if (!differs) continue;
    throw new BundleError(
      'BUNDLE_CONTENT_MISMATCH',
      `expected ${image} to be for ${platform}, as the list says, found a config for ${said.filter((part) => part !== '').join('/')}`,
    );
  }
}
