/** Where images are read from. The command line hands over registries; a test may hand over anything readable. */
import type { ReadOnlyTarget, Reference, ReferrerLister } from 'oras-js';

/** A source that cannot list referrers has nothing of that kind. */
export type ImageSource = ReadOnlyTarget & Partial<ReferrerLister>;

/** Gives the repository of a name. Called once a name; connections are the caller's to share and to close. */
export type ConnectSource = (reference: Reference) => ImageSource;
