/** What was measured last of each case, in build/bench, so that the documentation can be written from it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.mjs';

const folder = join(repositoryRoot, 'build', 'bench');
const file = join(folder, 'figures.json');

/** @returns {Record<string, { title: string, circumstances: object, figures: object[], remarks: string[] }>} */
export function keptFigures() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

export function keepFigures(name, measured) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify({ ...keptFigures(), [name]: measured }, null, 2));
}
