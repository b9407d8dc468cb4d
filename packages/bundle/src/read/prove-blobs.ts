/**
 * Steps 15 and 16 on the side of the file: each blob once proven, whatever is done with it.
 *
 * A file gives several blobs at once, the largest first; a pipe gives one after
 * the other, each once. In both cases the end of the bundle is proven last,
 * and only then does the call return.
 */
import {
  mapConcurrent,
  requireDigest,
  verifyContent,
  type CallOptions,
  type Descriptor,
  type Digest,
  type ReadOptions,
} from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { endBytes, type BundleLayout, type PlacedEntry } from '../layout/bundle-layout.js';
import { blockBytes } from '../layout/entry-header.js';
import type { BundleInput, ReadAt } from './bundle-input.js';
import { expectBundleEnd, expectHeader, expectPadding } from './check-blocks.js';
import type { BytesOptions } from './bytes-options.js';
import { usefulAtOnce } from './useful-at-once.js';
import { HashThreads, minThreadedBytes, usefulThreads } from './hash-threads.js';

export interface BundleBlob {
  readonly content: Descriptor;
  /** Opens the blob. It is proven at the end of the stream, and need not be hashed again by `verifyContent`. */
  readonly open: (options?: OpenBlobOptions) => Promise<AsyncIterable<Uint8Array>>;
  /** Proves the blob without handing it out: several blobs of a file at once on several processors. */
  readonly prove: (options?: BytesOptions) => Promise<void>;
  /** False for a blob from a pipe: a second `open` throws `BUNDLE_NOT_REREADABLE`. */
  readonly canReopen: boolean;
}

export interface OpenBlobOptions extends ReadOptions, BytesOptions {}

/**
 * What to do with a blob. One that it does not read to its end is read and proven after it;
 * from a pipe that is possible only when nothing of it was read.
 */
export type UseBlob = (blob: BundleBlob, options: Required<CallOptions>) => Promise<void>;

export interface ProveOptions extends CallOptions {
  /** Blobs used at once, at most; a pipe has one. Default 4. */
  readonly concurrency?: number;
  /**
   * Threads that hash what nobody reads. Default: as many as the machine runs at once, at most 8,
   * and none for a bundle that is proven before they have started.
   */
  readonly threads?: number;
}

/** @throws BundleError `BUNDLE_…`, ContentError `CONTENT_…`, or what `use` throws. */
export async function proveBlobs(
  input: BundleInput,
  layout: BundleLayout,
  blobs: readonly PlacedEntry[],
  use: UseBlob,
  options: ProveOptions,
): Promise<void> {
  const { at } = input;
  if (at === undefined) {
    const prove = inOrder(input);
    await mapConcurrent(blobs, 1, (placed, call) => prove(placed, use, call), options);
  } else {
    const sizes = blobs.map(({ entry }) => entry.size);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    // Closed, and waited for, before anybody can close the file that they read.
    await using threads = new HashThreads(
      { name: input.name, descriptor: at.descriptor },
      options.threads ?? usefulThreads(bytes),
    );
    const prove = atOffsets(at, threads);
    // The largest takes longest: what begins last should be short.
    const ordered = [...blobs].sort((a, b) => b.entry.size - a.entry.size);
    const concurrency = Math.min(options.concurrency ?? 4, usefulAtOnce(sizes));
    await mapConcurrent(ordered, concurrency, (placed, call) => prove(placed, use, call), options);
  }
  await proveEnd(input, layout, options);
}

type ProveBlob = (placed: PlacedEntry, use: UseBlob, call: Required<CallOptions>) => Promise<void>;

function inOrder(input: BundleInput): ProveBlob {
  return async ({ entry, headerAt }, use, call) => {
    const read = (length: number): Promise<Buffer> => input.read(length, call);
    await expectHeader(read, entry.path, entry.size, headerAt);
    let opened = false;
    const stream = (): AsyncIterable<Uint8Array> => {
      if (opened) throw notRereadable(input);
      opened = true;
      return input.stream(entry.size, call);
    };
    await useProven({ content: placedContent(entry), stream, canReopen: false }, use, call);
    await expectPadding(read, entry.size, entry.path);
  };
}

function atOffsets(at: ReadAt, threads: HashThreads): ProveBlob {
  return async ({ entry, headerAt, contentAt }, use, call) => {
    const header = await at.read(headerAt, blockBytes, call);
    await expectHeader(async () => header, entry.path, entry.size, headerAt);
    // Before the content is used: padding is cheap to look at, and a bad one ends the run anyway.
    await expectPadding(
      (length) => at.read(contentAt + entry.size, length, call),
      entry.size,
      entry.path,
    );
    const { signal } = call;
    const blob: UnprovenBlob = {
      content: placedContent(entry),
      stream: ({ lendChunks }) => at.stream(contentAt, entry.size, { signal, lendChunks }),
      canReopen: true,
    };
    const isThreaded = threads.count > 0 && entry.size >= minThreadedBytes;
    const hash = ({ onBytes }: BytesOptions): Promise<Digest> =>
      threads.hash({ position: contentAt, length: entry.size }, { signal, onBytes });
    await useProven(isThreaded ? { ...blob, hash } : blob, use, call);
  };
}

interface UnprovenBlob extends Pick<BundleBlob, 'content' | 'canReopen'> {
  readonly stream: (options: ReadOptions) => AsyncIterable<Uint8Array>;
  /** Another way to the digest of as many bytes as the content has. */
  readonly hash?: (options: BytesOptions) => Promise<Digest>;
}

async function useProven(
  { content, stream, hash, canReopen }: UnprovenBlob,
  use: UseBlob,
  call: Required<CallOptions>,
): Promise<void> {
  const proof = { isComplete: false };
  const onProven = (): void => {
    proof.isComplete = true;
  };
  const open = async ({ onBytes, ...options }: OpenBlobOptions = {}) =>
    verifyContent(
      whenRead(() => stream(options)),
      content,
      { onBytes, onProven },
    );
  const prove = async (options: BytesOptions = {}): Promise<void> => {
    if (hash === undefined) await readToEnd(await open({ ...options, lendChunks: true }));
    else requireDigest(content, await hash(options));
    onProven();
  };
  await use({ content, open, prove, canReopen }, call);
  if (!proof.isComplete) await prove();
}

/** What is opened and left unread must not count as read. */
function whenRead(open: () => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => open()[Symbol.asyncIterator]() };
}

async function readToEnd(bytes: AsyncGenerator<Uint8Array>): Promise<void> {
  while ((await bytes.next()).done !== true);
}

async function proveEnd(
  input: BundleInput,
  layout: BundleLayout,
  options: CallOptions,
): Promise<void> {
  const { at } = input;
  if (at === undefined) {
    await expectBundleEnd(
      (length) => input.read(length, options),
      () => input.expectEnd(options),
    );
    return;
  }
  await expectBundleEnd(
    (length) => at.read(layout.fileBytes - endBytes, length, options),
    () => at.expectEnd(layout.fileBytes),
  );
}

function placedContent({ digest, size, mediaType }: PlacedEntry['entry']): Descriptor {
  return { digest, size, mediaType: mediaType ?? 'application/octet-stream' };
}

function notRereadable(input: BundleInput): BundleError {
  return new BundleError('BUNDLE_NOT_REREADABLE', `${input.name} cannot be read a second time`, {
    hint: 'run the import again; what the registry has by then is not sent again',
  });
}
