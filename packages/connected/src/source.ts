/** Where images are read from. The command line hands over registries; a test may hand over anything readable. */
import type { ReadOnlyTarget, Reference } from 'oras-js';

/** Gives the repository of a name. Called once a name; connections are the caller's to share and to close. */
export type ConnectSource = (reference: Reference) => ReadOnlyTarget;
