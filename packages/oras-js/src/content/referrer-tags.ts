/** Tags that stand for a digest: where lists of referrers and cosign's signatures are kept. */
import { hexOf, type Digest } from './digest.js';

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema */
export function fallbackTag(digest: Digest): string {
  return `sha256-${hexOf(digest)}`;
}

/**
 * Where cosign keeps a signature, attestations and an SBOM of an image. None of them has to exist.
 *
 * @see https://github.com/sigstore/cosign/blob/v2.4.1/specs/SIGNATURE_SPEC.md#tag-based-discovery
 */
export function cosignTags(digest: Digest): readonly string[] {
  return ['sig', 'att', 'sbom'].map((kind) => `${fallbackTag(digest)}.${kind}`);
}
