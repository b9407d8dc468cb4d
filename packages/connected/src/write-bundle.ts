/** Fetches what the plan names and writes it to its place: into a file in parallel, into a stream in order. */
import {
  bundleBytes,
  outputError,
  writeBundleFile,
  type BundleEntry,
  type OpenEntry,
  type RangeChoice,
  type SignedManifest,
} from '@sallyport/bundle';
import { ContentError, type CallOptions, type Digest } from 'oras-js';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import type { OnExportEvent } from './export-event.js';
import type { BlobSource, ExportPlan } from './plan-bundle.js';
import { RateLimit } from './rate-limit.js';
import { sourceFailure } from './source-failure.js';

export type BundleOutput = { readonly file: string } | { readonly stream: Writable };

export interface WriteBundleOptions extends CallOptions {
  /** Connections at once into a file; a stream has one. Default 4. */
  readonly concurrency?: number;
  /** Whether one blob may be fetched over several connections. Default `auto`: where one of them is slow. */
  readonly ranges?: RangeChoice;
  /** Uses nothing that an earlier run of the same output left. Default false. */
  readonly isFresh?: boolean;
  /** Bytes a second, over all connections together. Default: no limit. */
  readonly maxBytesPerSecond?: number | undefined;
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
  const { onEvent } = options;
  const onProven = ({ digest, size }: BundleEntry): void => {
    onEvent?.({ type: 'blob-done', digest, bytes: size });
  };
  try {
    if ('stream' in output) {
      await writeStream(
        output.stream,
        bundleBytes(signed, openEntry, { ...options, onProven }),
        options,
      );
      return;
    }
    await writeBundleFile(output.file, signed, openEntry, {
      ...options,
      onProven,
      onResumed: (bytes) => onEvent?.({ type: 'resumed', bytes }),
      onKept: (bytes) => onEvent?.({ type: 'kept', bytes }),
    });
  } catch (error) {
    // Proven where it is written, content comes back from there without the name of its source.
    if (!(error instanceof ContentError)) throw error;
    throw sourceFailure(error, `wrong content from ${options.sourceName ?? 'a source registry'}`);
  }
}

async function writeStream(
  stream: Writable,
  bytes: AsyncIterable<Uint8Array>,
  { signal }: CallOptions,
): Promise<void> {
  try {
    await pipeline(bytes, stream, { ...(signal === undefined ? {} : { signal }), end: false });
  } catch (error) {
    // pipeline wraps the reason of an abort; callers get the reason itself.
    signal?.throwIfAborted();
    throw outputError(error, 'standard output');
  }
}

function entryOpener(plan: ExportPlan, options: WriteBundleOptions): OpenEntry {
  const { maxBytesPerSecond, onEvent } = options;
  const limit = maxBytesPerSecond === undefined ? undefined : new RateLimit(maxBytesPerSecond);
  const started = new Set<Digest>();
  return async (entry, call) => {
    const held = plan.inMemory.get(entry.digest);
    if (held !== undefined) return once(held.subarray(call.start ?? 0, call.end));
    const { digest, size, mediaType } = entry;
    const source = plan.sourceOf.get(digest);
    if (source === undefined || mediaType === undefined) {
      throw new ContentError('CONTENT_NOT_FOUND', `no source is known for ${digest}`);
    }
    if (!started.has(digest)) onEvent?.({ type: 'blob-started', digest, bytes: size });
    started.add(digest);
    try {
      const bytes = await source.target.fetch({ digest, size, mediaType }, call);
      return paced(bytes, { digest, source, limit, signal: call.signal }, options);
    } catch (error) {
      throw withBlob(error, digest, source, options);
    }
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

interface Paced extends CallOptions {
  readonly digest: Digest;
  readonly source: BlobSource;
  readonly limit: RateLimit | undefined;
}

async function* paced(
  bytes: AsyncIterable<Uint8Array>,
  { digest, source, limit, signal }: Paced,
  options: WriteBundleOptions,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) {
      options.onEvent?.({ type: 'bytes', digest, count: chunk.byteLength });
      await limit?.take(chunk.byteLength, { signal });
      yield chunk;
    }
  } catch (error) {
    throw withBlob(error, digest, source, options);
  }
}

function withBlob(
  error: unknown,
  digest: Digest,
  { image }: BlobSource,
  { sourceName = 'its source registry' }: WriteBundleOptions,
): unknown {
  return sourceFailure(error, `cannot read ${digest} of ${image} from ${sourceName}`);
}
