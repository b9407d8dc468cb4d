/** Manifests and indexes of a bundle, whole in memory: small, and needed before everything else. */
import {
  childrenOf,
  ContentError,
  isNonDistributableType,
  parseManifest,
  type Descriptor,
  type Digest,
  type Manifest,
} from 'oras-js';

export interface Document {
  readonly descriptor: Descriptor;
  /** Exactly as received; never serialised again. */
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

export type Documents = ReadonlyMap<Digest, Document>;

/**
 * @param bytes Already proven against `descriptor`.
 * @throws ContentError `MANIFEST_INVALID`, or `MANIFEST_UNSUPPORTED` also for content that is to be fetched from elsewhere.
 */
export function readDocument(descriptor: Descriptor, bytes: Buffer): Document {
  const manifest = parseManifest(bytes, descriptor);
  checkUrls(descriptor, manifest);
  return { descriptor, bytes, manifest };
}

// Whoever pulls the image later may follow them, out of the site; only what cannot be carried may be fetched there.
function checkUrls({ digest }: Descriptor, manifest: Manifest): void {
  const elsewhere = childrenOf(manifest).find(
    ({ mediaType, urls = [] }) => urls.length > 0 && !isNonDistributableType(mediaType),
  );
  if (elsewhere === undefined) return;
  throw new ContentError(
    'MANIFEST_UNSUPPORTED',
    `${digest}: expected ${elsewhere.digest} to come from the registry, found urls to fetch it from`,
    { hint: 'only layers of a non-distributable type may name urls' },
  );
}
