/** Fetches what the plan names and writes it to its place: into a file in parallel, into a stream in order. */
import {
  bundleBytes,
  outputError,
  writeBundleFile,
  type OpenEntry,
  type SignedManifest,
} from '@sallyport/bundle';
import { ContentError, type CallOptions, type Descriptor, type Digest } from 'oras-js';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import type { OnExportEvent } from './export-event.js';
import type { BlobSource, ExportPlan } from './plan-bundle.js';
import { sourceFailure } from './source-failure.js';

export type BundleOutput = { readonly file: string } | { readonly stream: Writable };

export interface WriteBundleOptions extends CallOptions {
  /** Blobs fetched at once into a file; a stream takes one after the other. Default 4. */
  readonly concurrency?: number;
  readonly onEvent?: OnExportEvent;
  /** What images are read from, for messages. Default "its source registry". */
  readonly sourceName?: string;
}

/** @throws BundleError `OUTPUT_…`; what the registry says, with the blob named; ContentError for wrong bytes. */
export async function writeBundle(
  plan: ExportPlan,
  signed: SignedManifest,
  output: BundleOutput,
  options: WriteBundleOptions,
): Promise<void> {
  const openEntry = entryOpener(plan, options);
  try {
    if ('file' in output) await writeBundleFile(output.file, signed, openEntry, options);
    else await writeStream(output.stream, signed, openEntry, options);
  } catch (error) {
    // Proven where it is written, content comes back from there without the name of its source.
    if (!(error instanceof ContentError)) throw error;
    throw sourceFailure(error, `wrong content from ${options.sourceName ?? 'a source registry'}`);
  }
}

async function writeStream(
  stream: Writable,
  signed: SignedManifest,
  openEntry: OpenEntry,
  { signal }: CallOptions,
): Promise<void> {
  try {
    const bytes = bundleBytes(signed, openEntry, { signal });
    await pipeline(bytes, stream, { ...(signal === undefined ? {} : { signal }), end: false });
  } catch (error) {
    // pipeline wraps the reason of an abort; callers get the reason itself.
    signal?.throwIfAborted();
    throw outputError(error, 'standard output');
  }
}

function entryOpener(plan: ExportPlan, options: WriteBundleOptions): OpenEntry {
  return async (entry, call) => {
    const held = plan.inMemory.get(entry.digest);
    if (held !== undefined) return once(held);
    const { digest, size, mediaType } = entry;
    const source = plan.sourceOf.get(digest);
    if (source === undefined || mediaType === undefined) {
      throw new ContentError('CONTENT_NOT_FOUND', `no source is known for ${digest}`);
    }
    options.onEvent?.({ type: 'blob-started', digest, bytes: size });
    try {
      const bytes = await source.target.fetch({ digest, size, mediaType }, call);
      return reported(bytes, { digest, size, mediaType }, source, options);
    } catch (error) {
      throw withBlob(error, digest, source, options);
    }
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* reported(
  bytes: AsyncIterable<Uint8Array>,
  { digest, size }: Descriptor,
  source: BlobSource,
  options: WriteBundleOptions,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) {
      options.onEvent?.({ type: 'bytes', digest, count: chunk.byteLength });
      yield chunk;
    }
  } catch (error) {
    throw withBlob(error, digest, source, options);
  }
  options.onEvent?.({ type: 'blob-done', digest, bytes: size });
}

function withBlob(
  error: unknown,
  digest: Digest,
  { image }: BlobSource,
  { sourceName = 'its source registry' }: WriteBundleOptions,
): unknown {
  return sourceFailure(error, `cannot read ${digest} of ${image} from ${sourceName}`);
}
