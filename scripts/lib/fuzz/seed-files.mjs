/** The inputs to start from: small files in fixtures/fuzz/READER, written by make-seeds.mjs, and what once broke a reader. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.mjs';

export function seedFolder(name) {
  return join(repositoryRoot, 'fixtures', 'fuzz', name);
}

/** @returns {{ file: string, bytes: Buffer }[]} Sorted by name, so that a run can be repeated. */
export function readSeeds(name) {
  const folder = seedFolder(name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, bytes: readFileSync(join(folder, file)) }));
}
