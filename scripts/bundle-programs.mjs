/**
 * bundle-programs.mjs [FOLDER]
 *
 * Joins the compiled modules of each program and their dependencies into a few files under
 * packages/cli/bundled, or FOLDER: a program of four hundred modules takes three times as long to start.
 * What they share is in chunks beside them. Nothing is minified: stack traces and auditors read it.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { repositoryRoot } from './lib/repository-root.mjs';

const packages = join(repositoryRoot, 'packages');
// Beside dist, so that package.json is where the modules look for it.
const [folder = join(packages, 'cli', 'bundled')] = process.argv.slice(2);
const outdir = `${folder}.partial`;

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir);
const { outputFiles } = await build({
  entryPoints: [
    join(packages, 'cli', 'dist', 'sallyport.js'),
    join(packages, 'cli', 'dist', 'sallyport-offline.js'),
    // Started as a thread, by this name, from beside the module that starts it.
    join(packages, 'bundle', 'dist', 'read', 'hash-thread.js'),
  ],
  outdir,
  entryNames: '[name]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Asked for where a Node has no streams of the web; every Node that we run on has them.
  external: ['web-streams-polyfill'],
  // Dependencies in the older module format ask for Node's own modules with `require`.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
  write: false,
});
for (const { path, text } of outputFiles) {
  writeFileSync(join(outdir, basename(path)), escaped(text));
}
// In one moment, and with nothing of the last time: chunks are named after their content.
rmSync(folder, { recursive: true, force: true });
renameSync(outdir, folder);

/** Node holds a file with a single character beyond Latin-1 in twice the memory. Templates and comments have some left. */
function escaped(text) {
  return text.replace(/\P{ASCII}/gu, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
