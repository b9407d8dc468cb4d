/**
 * Who can give content and who can take it.
 *
 * Everything that moves bytes is written against these interfaces, so a
 * registry and a bundle file look the same to the code that copies between
 * them. Each interface is one promise: implement the ones you can keep.
 */
import type { Descriptor } from './descriptor.js';

/** What every call that waits can be told. */
export interface CallOptions {
  /** Aborts the call; it then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** How bytes are to be handed over. */
export interface ReadOptions extends CallOptions {
  /**
   * Chunks may be lent: each is good until the next one is asked for, which spares copying them.
   * Default false: each chunk is the reader's own.
   */
  readonly lendChunks?: boolean | undefined;
}

/**
 * Where bytes of the content are wanted in memory, so that nobody has to copy them there.
 *
 * @param position Of the first of them, counted from the content's first byte; it may lie outside of what was asked for.
 * @returns Memory for that byte and those after it, filled no further than bytes came; undefined to get them elsewhere.
 */
export type MemoryAt = (position: number) => Buffer | undefined;

/** Which part of the content is wanted, in bytes. A part cannot be verified by the digest of the whole. */
export interface FetchOptions extends ReadOptions {
  /** First byte wanted, counted from 0. Default 0. */
  readonly start?: number | undefined;
  /** First byte no longer wanted. Default: the content's size. */
  readonly end?: number | undefined;
  /**
   * Fails with `REGISTRY_REFUSED` where a part is wanted and only the whole is given. Default false: what
   * comes before the part is thrown away.
   */
  readonly onlyPart?: boolean | undefined;
  /**
   * A hint: a chunk may also come in other memory. One that comes where it was wanted is the reader's own.
   * What it throws ends the reading, as it is.
   */
  readonly memoryAt?: MemoryAt | undefined;
}

/**
 * Opens the same content from its first byte, as often as it is called.
 *
 * Each chunk belongs to whoever receives it, unless `lendChunks` was asked for: a source never
 * writes into a buffer again that it has given away.
 */
export type OpenContent = (options?: ReadOptions) => Promise<AsyncIterable<Uint8Array>>;

/** Gives content by its digest. */
export interface Fetcher {
  /**
   * Opens content. The bytes are not proven: join them with `verifyContent`, or use `readContent`.
   *
   * @throws ContentError `CONTENT_NOT_FOUND`, from the call or from the first read.
   */
  fetch(content: Descriptor, options?: FetchOptions): Promise<AsyncIterable<Uint8Array>>;
}

/** Tells what is there without giving it. */
export interface Existence {
  /** Whether content of this digest is there. A hint, not a proof: nothing is read. */
  exists(content: Descriptor, options?: CallOptions): Promise<boolean>;
}

/** How content is stored. */
export interface PushOptions extends CallOptions {
  /**
   * Sends content although it seems to be there: for places that say so and have lost it, and for
   * callers who have just asked. Others may ignore it.
   */
  readonly force?: boolean | undefined;
}

/** Takes content. */
export interface Pusher {
  /**
   * Stores content. Returns when the other side has accepted it whole; content that is there already is kept.
   *
   * Takes a function and not a stream: a request body that was half sent cannot
   * be rewound, so each attempt has to open the content again. The bytes are
   * verified on the way, and nothing is committed that does not match `content`.
   *
   * @param content Its `size` is in bytes and is sent ahead of the body.
   * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
   */
  push(content: Descriptor, open: OpenContent, options?: PushOptions): Promise<void>;
}

/** Knows names. */
export interface Resolver {
  /**
   * What a name points to now.
   *
   * @param name A tag, or a digest.
   * @throws ContentError `CONTENT_NOT_FOUND`.
   */
  resolve(name: string, options?: CallOptions): Promise<Descriptor>;
}

/** Knows names that may well not be there. */
export interface Finder {
  /** As `resolve`, with undefined for a name that is not there: one question, where an error has to be asked for twice. */
  find(name: string, options?: CallOptions): Promise<Descriptor | undefined>;
}

/** A manifest that was asked for by its name. */
export interface NamedManifest {
  readonly content: Descriptor;
  /** Those of `content`, whole. */
  readonly bytes: Buffer;
}

/** Gives manifests by their names. */
export interface ManifestReader {
  /**
   * As `resolve`, with the bytes, which are proven: one question where `resolve` and `fetch` are two.
   *
   * @throws ContentError `CONTENT_NOT_FOUND` or `MANIFEST_UNSUPPORTED`.
   */
  read(name: string, options?: CallOptions): Promise<NamedManifest>;
}

/** Gives names. */
export interface Tagger {
  /** Points `name` at content that is there. */
  tag(content: Descriptor, name: string, options?: CallOptions): Promise<void>;
}

/** Lists names. */
export interface TagLister {
  /** All names, in no promised order. */
  tags(options?: CallOptions): AsyncIterable<string>;
}

/**
 * Lists what is attached to content.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export interface ReferrerLister {
  /** The manifests that name `content` as their subject; `artifactType` is set where it is known. */
  referrers(content: Descriptor, options?: CallOptions): AsyncIterable<Descriptor>;
}

/** What `copy` reads from. */
export interface ReadOnlyTarget extends Fetcher, Existence, Resolver {}

/** What `copy` writes to. */
export interface Target extends ReadOnlyTarget, Pusher, Tagger {}
