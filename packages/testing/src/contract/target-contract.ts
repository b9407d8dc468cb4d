/**
 * What every target promises, as tests: run it against each implementation.
 *
 * Names are plain tags and content that is named is an image, so that a
 * repository in a registry can pass as well as a folder.
 */
import { jestGlobals } from '../jest-globals.js';
import type { MakeSubject } from './contract-subject.js';
import { namingContract } from './naming-contract.js';
import { pushingContract } from './pushing-contract.js';
import { readingContract } from './reading-contract.js';
import { refusingContract } from './refusing-contract.js';

/** Registers the tests under `name`; call it at the top of a test file. */
export function targetContract(name: string, make: MakeSubject): void {
  jestGlobals().describe(`${name} as a target`, () => {
    readingContract(make);
    pushingContract(make);
    refusingContract(make);
    namingContract(make);
  });
}
