/**
 * A proven bundle file as content to read from: what the read-only registry serves.
 *
 * Blobs come from their offsets in the file; nothing is unpacked. The file
 * has to be proven by `proveBlobs` before; readers still verify what they get.
 */
import {
  ContentError,
  isDigest,
  type CallOptions,
  type Descriptor,
  type Digest,
  type FetchOptions,
  type ReadOnlyTarget,
  type TagLister,
} from 'oras-js';
import type { ReadAt } from './bundle-input.js';
import type { BundleLayout } from '../layout/bundle-layout.js';
import type { BundleManifest } from '../list/bundle-manifest.js';

export class BundleContent implements ReadOnlyTarget, TagLister {
  private readonly at: ReadAt;
  private readonly places = new Map<
    Digest,
    { readonly content: Descriptor; readonly at: number }
  >();
  private readonly names = new Map<string, Digest>();

  constructor(
    at: ReadAt,
    { layout, manifest }: { layout: BundleLayout; manifest: BundleManifest },
  ) {
    this.at = at;
    for (const { entry, contentAt } of layout.entries) {
      const { mediaType, digest, size } = entry;
      if (mediaType !== undefined)
        this.places.set(digest, { content: { mediaType, digest, size }, at: contentAt });
    }
    for (const image of manifest.images) {
      for (const tag of image.tags) this.names.set(`${image.repository}:${tag}`, image.digest);
    }
  }

  /** @param name `repository:tag`, or a digest. */
  async resolve(name: string): Promise<Descriptor> {
    const digest = isDigest(name) ? name : this.names.get(name);
    return this.placeOf(digest, name).content;
  }

  async exists(content: Descriptor): Promise<boolean> {
    return this.places.has(content.digest);
  }

  async fetch(content: Descriptor, options: FetchOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    const place = this.placeOf(content.digest, content.digest);
    const start = options.start ?? 0;
    const end = Math.min(options.end ?? place.content.size, place.content.size);
    return this.at.stream(place.at + start, Math.max(0, end - start), options);
  }

  async *tags(options: CallOptions = {}): AsyncGenerator<string> {
    options.signal?.throwIfAborted();
    yield* this.names.keys();
  }

  private placeOf(digest: Digest | undefined, name: string): { content: Descriptor; at: number } {
    const place = digest === undefined ? undefined : this.places.get(digest);
    if (place !== undefined) return place;
    throw new ContentError(
      'CONTENT_NOT_FOUND',
      `expected ${name.slice(0, 300)} in the bundle, found nothing`,
    );
  }
}
