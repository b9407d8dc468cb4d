/**
 * Content in memory: for tests and for small documents on their way elsewhere.
 *
 * Holds everything until it is dropped itself, so it is never given a layer of
 * a real image.
 */
import { ContentError } from '../content/content-error.js';
import type { Descriptor } from '../content/descriptor.js';
import { isDigest, parseDigest, type Digest } from '../content/digest.js';
import { isManifestOrIndexType } from '../content/media-types.js';
import type {
  CallOptions,
  FetchOptions,
  OpenContent,
  TagLister,
  Target,
} from '../content/target.js';
import { verifyContent } from '../content/verify-content.js';
import { byteRange } from './byte-range.js';
import { checkContentName } from './content-name.js';

interface StoredContent {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Knows what is a manifest only when it was pushed as one. Lists no referrers. */
export class MemoryStore implements Target, TagLister {
  private readonly contents = new Map<Digest, StoredContent>();
  private readonly names = new Map<string, Descriptor>();

  async fetch(content: Descriptor, options: FetchOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    options.signal?.throwIfAborted();
    const stored = this.contents.get(content.digest);
    if (stored === undefined) throw notFound(content.digest);
    const { start, end } = byteRange(stored.bytes.length, options);
    return oneChunk(stored.bytes.subarray(start, end));
  }

  async exists(content: Descriptor, options: CallOptions = {}): Promise<boolean> {
    options.signal?.throwIfAborted();
    return this.contents.get(content.digest)?.bytes.length === content.size;
  }

  async push(content: Descriptor, open: OpenContent, options: CallOptions = {}): Promise<void> {
    const digest = parseDigest(content.digest);
    if (await this.exists(content, options)) {
      this.learnMediaType(content);
      return;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of verifyContent(await open(options), content)) {
      options.signal?.throwIfAborted();
      chunks.push(Buffer.from(chunk));
    }
    this.contents.set(digest, { mediaType: content.mediaType, bytes: Buffer.concat(chunks) });
  }

  async resolve(name: string, options: CallOptions = {}): Promise<Descriptor> {
    options.signal?.throwIfAborted();
    const named = this.names.get(name);
    if (named !== undefined) return named;
    const stored = isDigest(name) ? this.contents.get(name) : undefined;
    if (stored === undefined) throw notFound(name);
    return { mediaType: stored.mediaType, digest: name as Digest, size: stored.bytes.length };
  }

  async tag(content: Descriptor, name: string, options: CallOptions = {}): Promise<void> {
    checkContentName(name);
    if (!(await this.exists(content, options))) throw notFound(content.digest);
    this.names.set(name, content);
  }

  async *tags(options: CallOptions = {}): AsyncGenerator<string, void, undefined> {
    options.signal?.throwIfAborted();
    yield* [...this.names.keys()];
  }

  // Bytes may come as a plain blob first; that they are a manifest is said by a later push.
  private learnMediaType({ digest, mediaType }: Descriptor): void {
    const stored = this.contents.get(digest);
    if (stored === undefined || !isManifestOrIndexType(mediaType)) return;
    this.contents.set(digest, { ...stored, mediaType });
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.byteLength > 0) yield bytes;
}

function notFound(name: string): ContentError {
  return new ContentError('CONTENT_NOT_FOUND', `expected ${name} in memory, found nothing`);
}
