/**
 * The manifests that make up one image, children before parents.
 *
 * That order is the order to push them in: a registry may refuse a manifest
 * whose children it does not have.
 */
import { formatPlatform, type Descriptor, type Digest } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { maxIndexDepth } from '../limits.js';
import type { BundleImage } from '../list/bundle-manifest.js';
import type { Document, Documents } from './documents.js';

/**
 * Of an index only the children that the image's `platforms` name are walked; nested indexes whole.
 *
 * @throws BundleError `BUNDLE_CONTENT_MISMATCH` when a document is missing or is not what its descriptor says.
 */
export function imageDocuments(image: BundleImage, documents: Documents): readonly Document[] {
  const ordered = new Map<Digest, Document>();
  const { digest, mediaType, size } = image;
  const carried = new Set(image.platforms.map((platform) => platform.digest));
  const root = documentOf({ digest, mediaType, size }, documents);
  checkCarried(image, root);
  walk(root, documents, ordered, (child) => carried.has(child.digest), 1);
  for (const referrer of image.referrers) {
    walk(documentOf(referrer, documents), documents, ordered, () => true, 1);
  }
  checkSubjects(image, ordered);
  return [...ordered.values()];
}

function walk(
  document: Document,
  documents: Documents,
  ordered: Map<Digest, Document>,
  isCarried: (child: Descriptor) => boolean,
  depth: number,
): void {
  const { descriptor, manifest } = document;
  if (ordered.has(descriptor.digest)) return;
  if (manifest.kind === 'index') {
    if (depth > maxIndexDepth) throw tooDeep();
    for (const child of manifest.manifests.filter(isCarried)) {
      walk(documentOf(child, documents), documents, ordered, () => true, depth + 1);
    }
  }
  ordered.set(descriptor.digest, document);
}

// What the list says of a child, people and Docker's manifest.json go by: it has to be what the index says.
function checkCarried(image: BundleImage, root: Document): void {
  const { manifest, descriptor } = root;
  const children = manifest.kind === 'index' ? manifest.manifests : [];
  for (const { digest, platform } of image.platforms) {
    const isItself = manifest.kind === 'image' && digest === descriptor.digest;
    const isChild = children.some(
      (child) =>
        child.digest === digest && (child.platform && formatPlatform(child.platform)) === platform,
    );
    if (isItself || isChild) continue;
    throw new BundleError(
      'BUNDLE_CONTENT_MISMATCH',
      `expected the platforms of ${image.repository}@${image.digest} to be in it, found ${digest} for ${platform ?? 'none'}`,
    );
  }
}

// A destination lists a referrer under its subject, whatever image the bundle's list shows it with.
function checkSubjects(image: BundleImage, documents: Documents): void {
  for (const { digest } of image.referrers) {
    const subject = documents.get(digest)?.manifest.subject;
    // Cosign's tags name the image in place of a subject, and an SBOM's signature names the SBOM.
    if (subject === undefined || documents.has(subject.digest)) continue;
    throw new BundleError(
      'BUNDLE_CONTENT_MISMATCH',
      `expected the referrer ${digest} to refer to ${image.repository}@${image.digest} or to what is in it, found ${subject.digest}`,
    );
  }
}

function documentOf(expected: Descriptor, documents: Documents): Document {
  const document = documents.get(expected.digest);
  if (document === undefined) {
    throw new BundleError(
      'BUNDLE_CONTENT_MISMATCH',
      `expected the manifest ${expected.digest}, found none`,
    );
  }
  const { mediaType, size } = document.descriptor;
  if (mediaType !== expected.mediaType || size !== expected.size) {
    throw new BundleError(
      'BUNDLE_CONTENT_MISMATCH',
      `expected ${expected.digest} as ${expected.mediaType} of ${expected.size} bytes, found ${mediaType} of ${size}`,
    );
  }
  return document;
}

export function tooDeep(): BundleError {
  return new BundleError(
    'BUNDLE_LIMIT',
    `expected at most ${maxIndexDepth} indexes within each other`,
  );
}
