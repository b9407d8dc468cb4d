/**
 * One repository of a remote registry, as a place to copy from and to.
 *
 * It decides by media type what is a manifest and what is a blob, as registries
 * do. Manifests it gives are proven; of blobs the reader has to prove each.
 */
import type { Descriptor } from '../content/descriptor.js';
import { isManifestOrIndexType } from '../content/media-types.js';
import { readContent } from '../content/read-content.js';
import type {
  CallOptions,
  FetchOptions,
  Finder,
  ManifestReader,
  NamedManifest,
  OpenContent,
  PushOptions,
  ReferrerLister,
  TagLister,
  Target,
} from '../content/target.js';
import { BlobUpload } from './blob-upload.js';
import { Blobs } from './blobs.js';
import type { PushBlobOptions } from './find-or-open.js';
import { Manifests } from './manifests.js';
import { proveSize } from './prove-size.js';
import { linkOf } from './referrer-link.js';
import { Referrers } from './referrers.js';
import type { RepositoryContext } from './repository-context.js';
import { listTags } from './tags.js';

/**
 * Calls throw ContentError for content that is missing or damaged and RegistryError for everything
 * else that the registry or the network does.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 */
export class Repository implements Target, Finder, ManifestReader, TagLister, ReferrerLister {
  readonly registry: string;
  readonly path: string;
  private readonly context: RepositoryContext;
  private readonly blobs: Blobs;
  private readonly manifests: Manifests;
  private readonly links: Referrers;

  /** Made by `RegistryClient.repository`. */
  constructor(context: RepositoryContext) {
    this.registry = context.registry;
    this.path = context.path;
    this.context = context;
    this.blobs = new Blobs(context);
    this.manifests = new Manifests(context);
    this.links = new Referrers(context, this.manifests);
  }

  async resolve(name: string, options?: CallOptions): Promise<Descriptor> {
    return this.manifests.resolve(name, 'read', options);
  }

  async find(name: string, options?: CallOptions): Promise<Descriptor | undefined> {
    return this.manifests.find(name, 'read', options);
  }

  /** As `resolve`, with the bytes, in one request. `accept` stands for another client: what it asks for is what it gets. */
  async read(
    name: string,
    options?: CallOptions & { readonly accept?: string | undefined },
  ): Promise<NamedManifest> {
    return this.manifests.get(name, 'read', options);
  }

  async fetch(content: Descriptor, options: FetchOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    if (!isManifestOrIndexType(content.mediaType)) return this.blobs.fetch(content, options);
    const { bytes } = await this.manifests.get(content.digest, 'read', options);
    proveSize(content, bytes);
    return inOnePiece(bytes.subarray(options.start ?? 0, options.end ?? content.size));
  }

  async exists(content: Descriptor, options?: CallOptions): Promise<boolean> {
    if (!isManifestOrIndexType(content.mediaType)) {
      return this.blobs.exists(content, 'read', options);
    }
    return (await this.manifests.find(content.digest, 'read', options)) !== undefined;
  }

  /** Blobs go by upload, manifests under their digest. */
  async push(content: Descriptor, open: OpenContent, options: PushBlobOptions = {}): Promise<void> {
    if (!isManifestOrIndexType(content.mediaType)) {
      await new BlobUpload(this.context, this.blobs, content, open, options).run();
      return;
    }
    const known =
      options.force === true
        ? undefined
        : await this.manifests.find(content.digest, 'write', options);
    if (known === undefined) await this.putManifest(content, open, content.digest, options);
  }

  /** Stores a manifest straight under a tag. A tag that points there already is not written again without `force`. */
  async pushTagged(
    content: Descriptor,
    open: OpenContent,
    name: string,
    options: PushOptions = {},
  ): Promise<void> {
    const isForced = options.force === true;
    const known = isForced ? undefined : await this.manifests.find(name, 'write', options);
    if (known?.digest !== content.digest) await this.putManifest(content, open, name, options);
  }

  async tag(content: Descriptor, name: string, options: CallOptions = {}): Promise<void> {
    const open: OpenContent = async (call) => {
      const { bytes } = await this.manifests.get(content.digest, 'write', call);
      return inOnePiece(bytes);
    };
    await this.pushTagged(content, open, name, options);
  }

  tags(options?: CallOptions): AsyncIterable<string> {
    return listTags(this.context, options);
  }

  /** What refers to `content` as its subject: signatures, SBOMs and the like. */
  referrers(content: Descriptor, options?: CallOptions): AsyncIterable<Descriptor> {
    return this.links.list(content, options);
  }

  private async putManifest(
    content: Descriptor,
    open: OpenContent,
    name: string,
    options: CallOptions,
  ): Promise<void> {
    const source = { fetch: (_: Descriptor, call?: CallOptions) => open(call) };
    const bytes = await readContent(source, content, { signal: options.signal });
    // Read before it is stored: what cannot be listed must not be there either.
    const link = linkOf(content, bytes);
    const isNoted = await this.manifests.put(content, bytes, name, options);
    if (!isNoted && link !== undefined) await this.links.note(link, options);
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
