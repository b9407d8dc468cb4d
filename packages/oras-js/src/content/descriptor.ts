/**
 * Descriptors: what content is, how long, and what it hashes to.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
 */
import type { Digest } from './digest.js';
import type { Platform } from './platform.js';

/**
 * Names content and says enough to prove it. Fields that the specification has and this type does
 * not (`data`) are dropped when a descriptor is parsed.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#properties
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly platform?: Platform;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Other places of non-distributable layers. Kept, never followed. */
  readonly urls?: readonly string[];
}
