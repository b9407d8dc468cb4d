/** Manifests and indexes of a bundle, whole in memory: small, and needed before everything else. */
import { parseManifest, type Descriptor, type Digest, type Manifest } from 'oras-js';

export interface Document {
  readonly descriptor: Descriptor;
  /** Exactly as received; never serialised again. */
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

export type Documents = ReadonlyMap<Digest, Document>;

/**
 * @param bytes Already proven against `descriptor`.
 * @throws ContentError `MANIFEST_INVALID` or `MANIFEST_UNSUPPORTED`.
 */
export function readDocument(descriptor: Descriptor, bytes: Buffer): Document {
  return { descriptor, bytes, manifest: parseManifest(bytes, descriptor) };
}
