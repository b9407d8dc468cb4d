/**
 * What Node compiled of a program, kept beside it.
 *
 * Node looks at little of such a file: one wrong byte can end the process, and that of another release with
 * the same V8 may be taken. So it stands behind a SHA-256 of itself, of the source that it was made
 * of, and of which Node made it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const digestBytes = 32;

/** Keeps what Node has compiled so far of a program, in one moment. */
export function keepCompiled({ file, source, script }) {
  const code = script.createCachedData();
  const partial = new URL(`${file.href}.compiled.partial`);
  writeFileSync(partial, Buffer.concat([digestOf(source, code), code]));
  renameSync(partial, new URL(`${file.href}.compiled`));
}

/** Undefined also for what is damaged, or was made of another source or by another Node. */
export function compiledCode(file, source) {
  const kept = new URL(`${file.href}.compiled`);
  if (!existsSync(kept)) return undefined;
  const bytes = readFileSync(kept);
  const code = bytes.subarray(digestBytes);
  return bytes.subarray(0, digestBytes).equals(digestOf(source, code)) ? code : undefined;
}

function digestOf(source, code) {
  const { version, arch, platform } = process;
  const hash = createHash('sha256').update(`${version} ${arch} ${platform}\n`);
  return hash.update(source).update(code).digest();
}
