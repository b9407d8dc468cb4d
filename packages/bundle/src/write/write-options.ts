/** What both ways of writing a bundle need to be told. */
import type { CallOptions, FetchOptions } from 'oras-js';
import type { BundleEntry } from '../list/bundle-manifest.js';
import type { RangeChoice } from './segment-queue.js';

/** Opens the content of an entry, or the part of it that is asked for. The writer proves the bytes. */
export type OpenEntry = (
  entry: BundleEntry,
  options: FetchOptions,
) => Promise<AsyncIterable<Uint8Array>>;

export interface WriteOptions extends CallOptions {
  /** Connections at once, each into its place of the file. Default 4. */
  readonly concurrency?: number;
  /** Default `auto`. */
  readonly ranges?: RangeChoice;
  /** Uses nothing that an earlier run left. Default false. */
  readonly isFresh?: boolean;
  readonly onProven?: (entry: BundleEntry) => void;
  /** Told before the first byte is fetched how much an earlier run left, in bytes; nothing of it is proven yet. */
  readonly onResumed?: (bytes: number) => void;
  /** Told after a failure how much a later run can go on from, in bytes. */
  readonly onKept?: (bytes: number) => void;
}
