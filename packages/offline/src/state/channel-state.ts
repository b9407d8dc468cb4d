/** What a site remembers of the bundles of one channel that it imported. Times are `YYYY-MM-DDTHH:MM:SSZ`. */
import type { Digest } from 'oras-js';

export interface ChannelState {
  readonly channel: string;
  /** What no later bundle may fall behind; undefined before the first import and after a reset. */
  readonly highest: Landmark | undefined;
  /** The newest `created` of all imported bundles: it cannot be earlier than that. */
  readonly newestCreated: string | undefined;
  /** The last imports, oldest first, each bundle and destination once. */
  readonly imports: readonly ImportRecord[];
  /** The last time that somebody decided to forget what was imported. */
  readonly reset: Reset | undefined;
}

export interface Landmark {
  readonly sequence: number;
  readonly bundle: Digest;
}

export interface ImportRecord extends Landmark {
  readonly created: string;
  readonly imported: string;
  /** `registry/prefix` */
  readonly destination: string;
  /** Fingerprints of the keys that signed. */
  readonly keys: readonly string[];
  /** Repositories that it carried, as the bundle names them; those that a later import brought to the same place are left to that one. */
  readonly images: readonly string[];
  /** Why it was allowed though it was a step back. */
  readonly rollbackReason: string | undefined;
}

export interface Reset {
  readonly at: string;
  readonly reason: string;
  /** What was forgotten; undefined when it could not be read. */
  readonly forgotten: Landmark | undefined;
}

/** Deltas of two months, one a night, still find their base; 30 KB of JSON. */
export const keptImports = 64;

export function emptyState(channel: string): ChannelState {
  return {
    channel,
    highest: undefined,
    newestCreated: undefined,
    imports: [],
    reset: undefined,
  };
}

/** The last bundle that went to a destination, or anywhere. */
export function latestImport(
  { imports }: ChannelState,
  destination?: string,
): ImportRecord | undefined {
  return imports.findLast((each) => destination === undefined || each.destination === destination);
}

/** What is known after an import. A step back, once allowed, does not lower what later bundles are held against. */
export function stateAfter(state: ChannelState, record: ImportRecord): ChannelState {
  const { highest, newestCreated } = state;
  const { sequence, bundle, created } = record;
  const isSame = (each: ImportRecord): boolean =>
    each.bundle === bundle && each.destination === record.destination;
  const others = state.imports.filter((each) => !isSame(each)).map((each) => outdone(each, record));
  return {
    ...state,
    highest: highest !== undefined && highest.sequence > sequence ? highest : { sequence, bundle },
    newestCreated: newestCreated !== undefined && newestCreated > created ? newestCreated : created,
    imports: withinLimits([...others, record].slice(-keptImports)),
  };
}

/** Of the newest ones: some 300 bytes each at most, in a file that may have 1 MiB. */
const keptImages = 1000;

function withinLimits(imports: readonly ImportRecord[]): readonly ImportRecord[] {
  let left = keptImages;
  return imports
    .toReversed()
    .map((record) => {
      const images = record.images.slice(0, left);
      left -= images.length;
      return { ...record, images };
    })
    .toReversed();
}

/** Each image is remembered once for each place that it went to: the file stays small with many images. */
function outdone(earlier: ImportRecord, later: ImportRecord): ImportRecord {
  if (earlier.destination !== later.destination) return earlier;
  const newer = new Set(later.images);
  return { ...earlier, images: earlier.images.filter((image) => !newer.has(image)) };
}
