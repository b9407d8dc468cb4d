/** One image of an archive, whatever form the archive has. */
import type { Descriptor } from 'oras-js';

export interface ArchivedImage {
  readonly root: Descriptor;
  /** As they stand in the archive; not parsed yet. */
  readonly names: readonly string[];
}
