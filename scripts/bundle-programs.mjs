/**
 * bundle-programs.mjs [FOLDER]
 *
 * Joins the compiled modules of each program and their dependencies into one file under
 * packages/cli/bundled, or FOLDER, and keeps beside it what Node makes of that file when it runs: a program
 * of four hundred modules takes three times as long to start. Nothing is minified: stack traces and
 * auditors read it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { repositoryRoot } from './lib/repository-root.mjs';

const packages = join(repositoryRoot, 'packages');
// Beside dist, so that package.json is where the modules look for it.
const [folder = join(packages, 'cli', 'bundled')] = process.argv.slice(2);
const outdir = `${folder}.partial`;
const programs = ['sallyport', 'sallyport-offline'];

const common = {
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Asked for where a Node has no streams of the web; every Node that we run on has them.
  external: ['web-streams-polyfill'],
  logLevel: 'warning',
  write: false,
};

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir);
// As a script that is a function: of that Node can keep what it compiles, of a module it cannot.
await write({
  entryPoints: programs.map((name) => join(packages, 'cli', 'dist', `${name}.js`)),
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: '(function (exports, require, module, importMetaUrl) {' },
  footer: { js: '})' },
});
// Started as a thread, by this name, from beside the module that starts it.
await write({
  entryPoints: [join(packages, 'bundle', 'dist', 'read', 'hash-thread.js')],
  format: 'esm',
});
for (const name of programs) keepCompiled(join(outdir, `${name}.cjs`));
// In one moment, so that nobody starts from a half.
rmSync(folder, { recursive: true, force: true });
renameSync(outdir, folder);

/** Away from the state, the settings and the flags of whoever builds. */
function keepCompiled(program) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-build-')));
  try {
    execFileSync(
      process.execPath,
      [join(repositoryRoot, 'scripts', 'lib', 'keep-compiled.mjs'), program],
      {
        cwd: home,
        env: { HOME: home, USERPROFILE: home, SystemRoot: process.env.SystemRoot },
        // What it has to say goes into the error, if there is one.
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function write(options) {
  const { outputFiles } = await build({ ...common, ...options });
  for (const { path, text } of outputFiles) {
    writeFileSync(join(outdir, basename(path)), escaped(text));
  }
}

/** Node holds a file with a single character beyond Latin-1 in twice the memory. Templates and comments have some left. */
function escaped(text) {
  return text.replace(/\P{ASCII}/gu, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
