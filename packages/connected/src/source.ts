/** Where images are read from. The command line hands over registries; a test may hand over anything readable. */
import type {
  Finder,
  ManifestReader,
  ReadOnlyTarget,
  Reference,
  ReferrerLister,
  TagLister,
} from 'oras-js';

/** A source that cannot list referrers has nothing of that kind; one that cannot list or find tags has those that it was asked for. */
export type ImageSource = ReadOnlyTarget &
  Partial<ReferrerLister & TagLister & Finder & ManifestReader>;

/** Gives the repository of a name. Called once a name; connections are the caller's to share and to close. */
export type ConnectSource = (reference: Reference) => ImageSource;
