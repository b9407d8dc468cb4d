/**
 * What Node compiled of a program, kept beside it.
 *
 * Node looks at little of such a file: one bit that is wrong in it can end the process, or change what it
 * does. So it stands behind a SHA-256 of itself and of the source that it was made of.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const digestBytes = 32;

/** Keeps beside `file` what Node has compiled of it so far, in one moment. */
export function keepCompiled(file, { script }) {
  const partial = new URL(`${file.href}.compiled.partial`);
  const code = script.createCachedData();
  writeFileSync(partial, Buffer.concat([digestOf(readFileSync(file), code), code]));
  renameSync(partial, new URL(`${file.href}.compiled`));
}

/** Undefined also when it is damaged, which Node would not see, or was made of another source. */
export function compiledCode(file, source) {
  const kept = new URL(`${file.href}.compiled`);
  if (!existsSync(kept)) return undefined;
  const bytes = readFileSync(kept);
  const code = bytes.subarray(digestBytes);
  return bytes.subarray(0, digestBytes).equals(digestOf(source, code)) ? code : undefined;
}

function digestOf(source, code) {
  return createHash('sha256').update(source).update(code).digest();
}
