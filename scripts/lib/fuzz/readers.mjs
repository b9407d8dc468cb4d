/** The readers under test: every file of scripts/fuzz exports one as `reader`. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repositoryRoot } from '../repository-root.mjs';

const folder = join(repositoryRoot, 'scripts', 'fuzz');

/** @returns {{ name: string, file: string }[]} */
export function readerFiles() {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .sort()
    .map((file) => ({ name: basename(file, '.mjs'), file: join(folder, file) }));
}
