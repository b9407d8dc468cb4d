/**
 * Steps 11 to 13: every document of the bundle, proven, in memory; and the
 * proof that images, manifests and entries say the same.
 */
import { isManifestOrIndexType, verifyContent, type CallOptions, type Digest } from 'oras-js';
import { isDeepStrictEqual } from 'node:util';
import { BundleError } from '../bundle-error.js';
import { bundleContents } from '../graph/bundle-contents.js';
import { readDocument, type Document, type Documents } from '../graph/documents.js';
import { bundleEntries } from '../layout/bundle-entries.js';
import type { BundleLayout, PlacedEntry } from '../layout/bundle-layout.js';
import { ociLayoutDocument } from '../layout/layout-documents.js';
import { maxDocumentBytes, maxDocumentsBytes } from '../limits.js';
import type { BundleManifest } from '../list/bundle-manifest.js';
import type { BundleInput } from './bundle-input.js';
import { expectHeader, expectPadding, type ReadNext } from './check-blocks.js';

export interface ReadDocuments {
  readonly documents: Documents;
  /** The entries after the documents, still to be read: configs and layers. */
  readonly blobs: readonly PlacedEntry[];
}

/** Leaves the input just before the header of the first blob. */
export async function readDocuments(
  input: BundleInput,
  manifest: BundleManifest,
  layout: BundleLayout,
  options: CallOptions,
): Promise<ReadDocuments> {
  const isDocument = ({ entry }: PlacedEntry): boolean =>
    entry.mediaType === undefined || isManifestOrIndexType(entry.mediaType);
  const firstBlob = layout.entries.findIndex((placed) => !isDocument(placed));
  const split = firstBlob === -1 ? layout.entries.length : firstBlob;
  const placed = layout.entries.slice(0, split);
  checkLimits(placed);

  const documents = new Map<Digest, Document>();
  for (const each of placed) {
    const bytes = await readEntry(input, each, options);
    const { mediaType, digest, size } = each.entry;
    if (mediaType !== undefined)
      documents.set(digest, readDocument({ mediaType, digest, size }, bytes));
  }
  checkAgreement(manifest, documents);
  return { documents, blobs: layout.entries.slice(split) };
}

function checkLimits(placed: readonly PlacedEntry[]): void {
  const large = placed.find(({ entry }) => entry.size > maxDocumentBytes);
  if (large !== undefined) {
    const { path, size } = large.entry;
    throw new BundleError(
      'BUNDLE_LIMIT',
      `expected at most ${maxDocumentBytes} bytes in ${path}, found ${size}`,
    );
  }
  const together = placed.reduce((sum, { entry }) => sum + entry.size, 0);
  if (together > maxDocumentsBytes) {
    throw new BundleError(
      'BUNDLE_LIMIT',
      `expected at most ${maxDocumentsBytes} bytes of manifests, found ${together}`,
    );
  }
}

async function readEntry(
  input: BundleInput,
  { entry, headerAt }: PlacedEntry,
  options: CallOptions,
): Promise<Buffer> {
  const read: ReadNext = (length) => input.read(length, options);
  // The header of the first entry ended the search for signatures and is already proven.
  if (entry.path !== ociLayoutDocument.path)
    await expectHeader(read, entry.path, entry.size, headerAt);
  const pieces: Uint8Array[] = [];
  for await (const piece of verifyContent(input.stream(entry.size, options), entry))
    pieces.push(piece);
  await expectPadding(read, entry.size, entry.path);
  return Buffer.concat(pieces);
}

// Made again from images and manifests, the entries have to be those of the list, to the last field.
function checkAgreement(manifest: BundleManifest, documents: Documents): void {
  const { images, kind, assumed, entries } = manifest;
  const assumedDigests = new Set(assumed.map(({ digest }) => digest));
  const expected = bundleEntries(manifest, documents, kind, assumedDigests);
  const differs = Math.max(expected.length, entries.length);
  for (let index = 0; index < differs; index += 1) {
    if (isDeepStrictEqual(expected[index], entries[index])) continue;
    throw new BundleError(
      'BUNDLE_CONTENT_MISMATCH',
      `entry ${index} of the list: expected ${nameOf(expected[index])} from the images, found ${nameOf(entries[index])}`,
    );
  }
  const left = bundleContents(images, documents).layers.filter(({ digest }) =>
    assumedDigests.has(digest),
  );
  const sorted = [...assumed].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  if (!isDeepStrictEqual(left, sorted)) {
    throw new BundleError(
      'BUNDLE_CONTENT_MISMATCH',
      'the list assumes blobs that its images do not name, or as something else',
    );
  }
}

function nameOf(entry: BundleManifest['entries'][number] | undefined): string {
  if (entry === undefined) return 'nothing';
  const type = entry.mediaType === undefined ? '' : ` as ${entry.mediaType}`;
  return `${entry.path}${type} of ${entry.size} bytes (${entry.digest})`;
}
