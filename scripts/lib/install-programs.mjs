/**
 * Puts the real registry and the real clients that tests compare with on a throw-away machine:
 * only as root, only where apt-get is, only what is missing.
 *
 * Never an error: tests that lack a program report themselves as skipped, by name.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runStep } from './run-step.mjs';

/** Program → the Debian package that holds it. */
const packageOf = {
  'docker-registry': 'docker-registry',
  htpasswd: 'apache2-utils',
  skopeo: 'skopeo',
  openssl: 'openssl',
  nginx: 'nginx-light',
  tinyproxy: 'tinyproxy-bin',
  'softhsm2-util': 'softhsm2',
  'pkcs11-tool': 'opensc',
};

// Where Debian puts servers; not on everybody's PATH.
const serverFolders = ['/usr/sbin', '/sbin'];

export async function installMissingPrograms() {
  const missing = missingPrograms(Object.keys(packageOf));
  if (missing.length === 0) return;
  const installed = mayInstall() && (await install(missing.map((program) => packageOf[program])));
  if (!installed) console.warn(`warning: tests that need ${missing.join(', ')} will be skipped`);
}

/** @returns {string[]} Those of the programs that are not installed. */
export function missingPrograms(programs) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...serverFolders];
  return programs.filter(
    (program) => !folders.some((folder) => isExecutable(join(folder, program))),
  );
}

function mayInstall() {
  return process.getuid?.() === 0 && missingPrograms(['apt-get']).length === 0;
}

async function install(packages) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  // A failed update may still leave lists that are good enough, so the install is tried anyway.
  await runStep('package lists', ['apt-get', 'update'], options);
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  return (await runStep(`install ${packages.join(' ')}`, command, options)) === 0;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
