/**
 * Writes the pages that are made from the program itself: `docs/errors.md` and `docs/commands.md`.
 *
 * With `--check` it writes nothing and fails when a page is not what it would write. Needs a built tree.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { exitCodeOf, exitCodes } from '@sallyport/cli';
import { commandsPage } from './lib/docs/commands-page.mjs';
import { documentedCodes } from './lib/docs/documented-codes.mjs';
import { errorsPage } from './lib/docs/errors-page.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';

const pages = {
  'docs/errors.md': errorsPage(documentedCodes(repositoryRoot), exitCodeOf, exitCodes),
  'docs/commands.md': await commandsPage(repositoryRoot),
};

const check = process.argv.includes('--check');
for (const [name, text] of Object.entries(pages)) {
  const file = join(repositoryRoot, name);
  const settings = await prettier.resolveConfig(file);
  const formatted = await prettier.format(text, { ...settings, filepath: file });
  if (!check) writeFileSync(file, formatted);
  else if (textOf(file) !== formatted) {
    console.error(`${name} is not what the program says; run: node scripts/generate-docs.mjs`);
    process.exitCode = 1;
  }
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
