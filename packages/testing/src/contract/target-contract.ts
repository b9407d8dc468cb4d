/**
 * What every target promises, as tests: run it against each implementation.
 *
 * Names are plain tags and content that is named is an image, so that a
 * repository in a registry can pass as well as a folder.
 */
import type { Target } from 'oras-js';
import { jestGlobals } from '../jest-globals.js';
import { namingContract } from './naming-contract.js';
import { pushingContract } from './pushing-contract.js';
import { readingContract } from './reading-contract.js';
import { refusingContract } from './refusing-contract.js';

/** A fresh, empty target for one test. */
export interface ContractSubject extends AsyncDisposable {
  readonly target: Target;
  /** Names of unfinished files or uploads that are there now; a target without any leaves it out. */
  readonly leftovers?: () => Promise<readonly string[]>;
}

export type MakeSubject = () => Promise<ContractSubject>;

/** Registers the tests under `name`; call it at the top of a test file. */
export function targetContract(name: string, make: MakeSubject): void {
  jestGlobals().describe(`${name} as a target`, () => {
    readingContract(make);
    pushingContract(make);
    refusingContract(make);
    namingContract(make);
  });
}
