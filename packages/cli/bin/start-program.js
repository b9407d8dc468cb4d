/**
 * Starts a program: from the one file that the build made of it, or from the compiler's output when that
 * is newer. Nobody who compiles shall run what was there before.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { compiledCode } from './compiled-code.js';

const packages = new URL('../../', import.meta.url);

/** @returns {Promise<void>} When the program has ended. */
export async function startProgram(name) {
  limitMemory();
  const file = programFile(name);
  const { ended } = file.href.endsWith('.cjs')
    ? bundledProgram(file).run()
    : await import(file.href);
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

/** @returns What was read and compiled; `run` gives what the program's entry exports, as often as it is called. */
export function bundledProgram(file) {
  const source = readFileSync(file);
  const script = new Script(source.latin1Slice(), {
    // Compiled code keeps this name, which stack traces tell, wherever it is carried.
    filename: `bundled/${basename(file.pathname)}`,
    // Refused by Node where it was made with other flags; then the source is compiled.
    cachedData: compiledCode(file, source),
  });
  const require = createRequire(file);
  const run = () => {
    const module = { exports: {} };
    script.runInThisContext()(module.exports, require, module, file.href);
    return module.exports;
  };
  return { file, source, script, run };
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
