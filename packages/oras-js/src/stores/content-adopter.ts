/** A store on disk that can take over a finished file in place of copying it. */
import type { Descriptor } from '../content/descriptor.js';
import type { CallOptions } from '../content/target.js';

/** Spares the second write of content that was written to a file anyway. */
export interface ContentAdopter {
  /** Files made here can be adopted: it is on the file system of the store. Nobody reads it. */
  readonly stagingFolder: string;

  /**
   * Moves `file` into the store as `content`.
   *
   * The caller has hashed the bytes while writing them; only the size is
   * compared here. After a failure `file` is where it was.
   *
   * @throws ContentError `CONTENT_SIZE_MISMATCH`; StorageError `STORAGE_FULL` or `STORAGE_FAILED`.
   */
  adopt(content: Descriptor, file: string, options?: CallOptions): Promise<void>;
}
