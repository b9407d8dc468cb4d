/** What a contract test is given to work on. */
import type { Target } from 'oras-js';

/** A fresh, empty target for one test. */
export interface ContractSubject extends AsyncDisposable {
  readonly target: Target;
  /** Names of unfinished files or uploads that are there now; a target without any leaves it out. */
  readonly leftovers?: () => Promise<readonly string[]>;
}

export type MakeSubject = () => Promise<ContractSubject>;
