/** Tests that need a program which not every machine has. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { jestGlobals } from './jest-globals.js';

// Where Debian and Go put programs that are not on everybody's PATH.
const otherFolders = ['/usr/sbin', '/sbin', '/usr/local/go/bin'];

/** The path of an installed program, or undefined. */
export function findProgram(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...otherFolders];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

export function available(program: string): boolean {
  return findProgram(program) !== undefined;
}

/**
 * A `describe` whose tests run where all `programs` are installed.
 *
 * Elsewhere each of them is reported as skipped, by its name, so that nobody
 * takes a green run for a complete one.
 */
export function describeWith(programs: readonly string[], name: string, body: () => void): void {
  const { describe } = jestGlobals();
  const missing = programs.filter((program) => !available(program));
  if (missing.length === 0) describe(name, body);
  else describe.skip(`${name} (needs ${missing.join(' and ')})`, body);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
