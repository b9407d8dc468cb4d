/** Where images are read from. The command line hands over registries; a test may hand over anything readable. */
import type { CallOptions, Descriptor, ReadOnlyTarget, Reference } from 'oras-js';

export interface ImageSource extends ReadOnlyTarget {
  /** What refers to content as its subject. A source without it has nothing of that kind. */
  referrers?(content: Descriptor, options?: CallOptions): AsyncIterable<Descriptor>;
}

/** Gives the repository of a name. Called once a name; connections are the caller's to share and to close. */
export type ConnectSource = (reference: Reference) => ImageSource;
