/**
 * Starts a program: from the one file that the build made of it, or from the compiler's output when that
 * is newer. Nobody who compiles shall run what was there before.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { constants, Script } from 'node:vm';
import { compiledCode } from './compiled-code.js';

const packages = new URL('../../', import.meta.url);

/** @returns {Promise<void>} When the program has ended. */
export async function startProgram(name) {
  limitMemory();
  const file = programFile(name);
  const { ended } = file.href.endsWith('.cjs') ? bundledProgram(file)() : await import(file.href);
  await ended;
}

/** Before anything is compiled: compiled code is taken only by who has the same flags as who made it. */
export function limitMemory() {
  // Nearly all that is made here is dropped at once. Left alone, the collector lets tens of megabytes of it lie.
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}

/** @returns {URL} */
export function programFile(name) {
  const bundled = new URL(`../bundled/${name}.cjs`, import.meta.url);
  const compiled = new URL(`../dist/${name}.js`, import.meta.url);
  return writtenAt(bundled) > lastCompiled() ? bundled : compiled;
}

/**
 * @returns A function that runs the program as often as it is called, and gives what its entry exports;
 * with the script, of which `keepCompiled` keeps the code.
 */
export function bundledProgram(file) {
  const filename = fileURLToPath(file);
  const source = readFileSync(file);
  const script = new Script(source.latin1Slice(), {
    filename,
    // Node takes it only where it was made by the same Node with the same flags; otherwise it compiles.
    cachedData: compiledCode(file, source),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const require = createRequire(file);
  const run = () => {
    const module = { exports: {} };
    script.runInThisContext()(module.exports, require, module, file.href);
    return module.exports;
  };
  return Object.assign(run, { script });
}

/** Of all packages of a checkout; installed ones have no record of a compilation. */
function lastCompiled() {
  const records = readdirSync(packages).map(
    (name) => new URL(`${name}/dist/.tsbuildinfo`, packages),
  );
  return Math.max(0, ...records.map(writtenAt));
}

/** Zero for what is not there. */
function writtenAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
