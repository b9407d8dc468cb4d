/** Files of an image archive as content, read from their place in the archive by digest. */
import type { ReadAt } from '@sallyport/bundle';
import {
  ContentError,
  digestOf,
  type Descriptor,
  type Digest,
  type FetchOptions,
  type ReadOnlyTarget,
} from 'oras-js';
import type { ArchiveIndex } from './index-archive.js';

interface Place {
  readonly at: number;
  readonly size: number;
}

export class ArchiveContent {
  private readonly at: ReadAt;
  private readonly places: ReadonlyMap<Digest, Place>;
  /** What was composed here and stands in no file. */
  private readonly made = new Map<Digest, Buffer>();

  constructor(at: ReadAt, { files }: ArchiveIndex) {
    this.at = at;
    this.places = new Map([...files.values()].map(({ digest, ...place }) => [digest, place]));
  }

  /** Size of the content with this digest; undefined when the archive does not have it. */
  sizeOf(digest: Digest): number | undefined {
    return this.made.get(digest)?.byteLength ?? this.places.get(digest)?.size;
  }

  /** @returns The descriptor under which the bytes can be fetched from now on. */
  add(mediaType: string, bytes: Buffer): Descriptor {
    const digest = digestOf(bytes);
    this.made.set(digest, bytes);
    return { mediaType, digest, size: bytes.byteLength };
  }

  /** A source in which every name is the one image. */
  sourceOf(root: Descriptor): ReadOnlyTarget {
    return {
      resolve: async () => root,
      exists: async ({ digest }) => this.sizeOf(digest) !== undefined,
      fetch: async (content, options) => this.fetch(content, options),
    };
  }

  private fetch(
    { digest }: Descriptor,
    { start = 0, end = Infinity, signal }: FetchOptions = {},
  ): AsyncIterable<Uint8Array> {
    const made = this.made.get(digest);
    if (made !== undefined) return once(made.subarray(start, Math.min(end, made.byteLength)));
    const place = this.places.get(digest);
    if (place === undefined) {
      throw new ContentError('CONTENT_NOT_FOUND', `expected ${digest} in the archive, found none`, {
        hint: 'save the image again, with all its platforms',
      });
    }
    const length = Math.max(0, Math.min(end, place.size) - start);
    return this.at.stream(place.at + start, length, { signal });
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
