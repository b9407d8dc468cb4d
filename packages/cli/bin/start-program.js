/**
 * Which file a program starts from: the bundled one, which is a third of the start, or the compiler's
 * output when that is newer. Nobody who compiles shall run what was there before.
 */
import { readdirSync, statSync } from 'node:fs';

const packages = new URL('../../', import.meta.url);

/** @returns {string} The address of a module that runs the program when it is imported. */
export function programFile(name) {
  const bundled = new URL(`../bundled/${name}.js`, import.meta.url);
  const compiled = new URL(`../dist/${name}.js`, import.meta.url);
  return (writtenAt(bundled) > lastCompiled() ? bundled : compiled).href;
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
