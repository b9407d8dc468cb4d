/** A partial bundle that is being written, and what is known of what stands in it already. */
import type { Digest } from 'oras-js';
import type { WrittenRange } from './journal-text.js';
import type { Journal } from './journal.js';
import type { PartialFile } from './partial-file.js';

export interface OpenedPartial {
  readonly file: PartialFile;
  readonly journal: Journal;
  /** It was written before, so what nobody writes now need not be zeros. */
  readonly isAdopted: boolean;
  /** What is at its place already, if the journal is right. */
  readonly written: ReadonlyMap<Digest, readonly WrittenRange[]>;
}
