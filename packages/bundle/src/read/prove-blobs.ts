/**
 * Steps 15 and 16 on the side of the file: each blob once proven, whatever is done with it.
 *
 * A file gives several blobs at once and out of order; a pipe gives one after
 * the other, each once. In both cases the end of the bundle is proven last,
 * and only then does the call return.
 */
import {
  mapConcurrent,
  verifyContent,
  type CallOptions,
  type Descriptor,
  type OpenContent,
} from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { endBytes, type BundleLayout, type PlacedEntry } from '../layout/bundle-layout.js';
import { blockBytes } from '../layout/entry-header.js';
import type { BundleInput, ReadAt } from './bundle-input.js';
import { expectBundleEnd, expectHeader, expectPadding } from './check-blocks.js';

export interface BundleBlob {
  readonly content: Descriptor;
  /** Proven at the end of the stream. */
  readonly open: OpenContent;
  /** False for a blob from a pipe: a second `open` throws `BUNDLE_NOT_REREADABLE`. */
  readonly canReopen: boolean;
}

/**
 * What to do with a blob. One that it does not read to its end is read and proven after it;
 * from a pipe that is possible only when nothing of it was read.
 */
export type UseBlob = (blob: BundleBlob, options: Required<CallOptions>) => Promise<void>;

export interface ProveOptions extends CallOptions {
  /** Blobs used at once; a pipe has one. Default 4. */
  readonly concurrency?: number;
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
  const concurrency = at === undefined ? 1 : (options.concurrency ?? 4);
  const prove = at === undefined ? inOrder(input) : atOffsets(at);
  await mapConcurrent(blobs, concurrency, (placed, call) => prove(placed, use, call), options);
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

function atOffsets(at: ReadAt): ProveBlob {
  return async ({ entry, headerAt, contentAt }, use, call) => {
    const header = await at.read(headerAt, blockBytes, call);
    await expectHeader(async () => header, entry.path, entry.size, headerAt);
    // Before the content is used: padding is cheap to look at, and a bad one ends the run anyway.
    await expectPadding(
      (length) => at.read(contentAt + entry.size, length, call),
      entry.size,
      entry.path,
    );
    const stream = (): AsyncIterable<Uint8Array> => at.stream(contentAt, entry.size, call);
    await useProven({ content: placedContent(entry), stream, canReopen: true }, use, call);
  };
}

interface UnprovenBlob extends Pick<BundleBlob, 'content' | 'canReopen'> {
  readonly stream: () => AsyncIterable<Uint8Array>;
}

async function useProven(
  { content, stream, canReopen }: UnprovenBlob,
  use: UseBlob,
  call: Required<CallOptions>,
): Promise<void> {
  const proof = { isComplete: false };
  async function* provenBytes(): AsyncGenerator<Uint8Array> {
    yield* verifyContent(stream(), content);
    proof.isComplete = true;
  }
  await use({ content, open: async () => provenBytes(), canReopen }, call);
  if (!proof.isComplete) await readToEnd(provenBytes());
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
