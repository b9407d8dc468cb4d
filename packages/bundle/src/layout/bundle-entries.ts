/**
 * The entries of a bundle, from its images and their manifests.
 *
 * The writer puts this into the list; the reader makes it again and compares,
 * which proves at once that every entry is reachable, that nothing is missing,
 * and that sizes, types and order are those of the manifests.
 */
import { digestOf, type Descriptor, type Digest } from 'oras-js';
import { bundleContents } from '../graph/bundle-contents.js';
import type { Documents } from '../graph/documents.js';
import { blobPath } from '../list/blob-path.js';
import type { BundleEntry, BundleManifest, ListedImages } from '../list/bundle-manifest.js';
import { layoutDocuments } from './layout-documents.js';

/**
 * @param assumed Layers that are left out because a base bundle carried them.
 * @throws BundleError `BUNDLE_CONTENT_MISMATCH`.
 */
export function bundleEntries(
  listed: ListedImages,
  documents: Documents,
  kind: BundleManifest['kind'],
  assumed: ReadonlySet<Digest>,
): readonly BundleEntry[] {
  const contents = bundleContents(listed.images, documents);
  const layers = contents.layers.filter(({ digest }) => !assumed.has(digest));
  return [
    ...layoutDocuments(listed, documents, kind).map(({ path, bytes }) => ({
      path,
      size: bytes.byteLength,
      digest: digestOf(bytes),
    })),
    ...contents.documents.map(({ descriptor }) => blobEntry(descriptor)),
    ...contents.configs.map(blobEntry),
    ...layers.map(blobEntry),
  ];
}

function blobEntry({ digest, size, mediaType }: Descriptor): BundleEntry {
  return { path: blobPath(digest), size, digest, mediaType };
}
