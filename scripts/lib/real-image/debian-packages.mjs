/**
 * Finds and downloads Debian packages without installing any: the resolver and the downloader are
 * apt-get's, asked as if nothing was installed on this machine.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../run-program.mjs';

/**
 * The packages and all that they need, in order of name.
 *
 * @returns {Promise<{ name: string, version: string, architecture: string }[]>}
 */
export async function resolvePackages(names, folder) {
  const nothingInstalled = join(folder, 'nothing-installed');
  mkdirSync(folder, { recursive: true });
  writeFileSync(nothingInstalled, '');
  const args = ['-o', `Dir::State::status=${nothingInstalled}`, '-o', 'Debug::NoLocking=true'];
  const plan = await runProgram('apt-get', [
    ...['--simulate', '--no-install-recommends', ...args, 'install', ...names],
  ]);
  return [...plan.matchAll(/^Inst (\S+) \((\S+) .*\[(\S+)\]\)/gm)]
    .map(([, name, version, architecture]) => ({ name, version, architecture }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Downloads into the folder what is not there yet; apt-get checks what it downloads. */
export async function downloadPackages(packages, folder) {
  mkdirSync(folder, { recursive: true });
  const missing = packages.filter((each) => !existsSync(packageFile(each, folder)));
  if (missing.length === 0) return;
  const wanted = missing.map(({ name, version }) => `${name}=${version}`);
  await runProgram('apt-get', ['download', ...wanted], { cwd: folder });
}

/** Where apt-get puts it; it writes the colon of an epoch as %3a. */
export function packageFile({ name, version, architecture }, folder) {
  return join(folder, `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`);
}
