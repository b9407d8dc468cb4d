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
  const others = state.imports.filter((each) => !isSame(each));
  return {
    ...state,
    highest: highest !== undefined && highest.sequence > sequence ? highest : { sequence, bundle },
    newestCreated: newestCreated !== undefined && newestCreated > created ? newestCreated : created,
    imports: [...others, record].slice(-keptImports),
  };
}
