/** What both ways of writing a bundle need to be told. */
import type { CallOptions } from 'oras-js';
import type { BundleEntry } from '../list/bundle-manifest.js';

/** Opens the content of an entry from its first byte. The writer proves the bytes. */
export type OpenEntry = (
  entry: BundleEntry,
  options: CallOptions,
) => Promise<AsyncIterable<Uint8Array>>;

export interface WriteOptions extends CallOptions {
  /** Entries written at once, into their final places. Default 4. */
  readonly concurrency?: number;
}
