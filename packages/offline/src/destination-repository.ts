/** What an import needs of a repository. A registry has it; a test may hand over anything that does. */
import type { Descriptor, Finder, OpenContent, PushOptions, Target } from 'oras-js';

export interface DestinationRepository extends Target, Finder {
  /** As `push`; a registry may take the blob from `mountFrom`, another repository of its own. */
  push(
    content: Descriptor,
    open: OpenContent,
    options?: PushOptions & { readonly mountFrom?: string | undefined },
  ): Promise<void>;
  /** Stores a manifest and points `name` at it in one step. */
  pushTagged(
    content: Descriptor,
    open: OpenContent,
    name: string,
    options?: PushOptions,
  ): Promise<void>;
}

/** Gives a repository of the destination's registry. Connections are the caller's to share and to close. */
export type ConnectDestination = (repository: string) => DestinationRepository;
