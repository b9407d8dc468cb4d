/**
 * One gzip layer from packages and files, the same bytes whenever it is built from the same parts:
 * sorted names, one time stamp, owner 0. Installation scripts of the packages are not run.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { runProgram } from '../run-program.mjs';
import { packageFile } from './debian-packages.mjs';
import { endOf, layerTime, packFolder } from './pack-folder.mjs';

/** Debian keeps these at the top as links into /usr since release 12. */
const linksIntoUsr = ['bin', 'lib', 'lib64', 'sbin'];

/**
 * @param {{ packages: object[], files: Record<string, string>, isBase: boolean }} parts
 * @param {{ debs: string, layers: string }} cache Folders.
 * @returns {Promise<{ file: string, digest: string, size: number, diffId: string }>}
 */
export async function buildLayer(parts, cache) {
  const key = createHash('sha256')
    .update(JSON.stringify([layerTime, parts]))
    .digest('hex');
  const file = join(cache.layers, `${key}.tar.gz`);
  const facts = join(cache.layers, `${key}.json`);
  if (existsSync(facts)) return { file, ...JSON.parse(readFileSync(facts, 'utf8')) };

  mkdirSync(cache.layers, { recursive: true });
  const stage = mkdtempSync(join(cache.layers, 'stage-'));
  try {
    await fillStage(stage, parts, cache.debs);
    const packed = await packFolder(stage, `${file}.partial`);
    renameSync(`${file}.partial`, file);
    writeFileSync(facts, JSON.stringify(packed));
    return { file, ...packed };
  } finally {
    rmSync(stage, { recursive: true });
  }
}

async function fillStage(stage, { packages, files, isBase }, debs) {
  // The modes of the folders made here are part of the layer.
  process.umask(0o022);
  for (const name of linksIntoUsr) {
    mkdirSync(join(stage, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(stage, name));
  }
  for (const each of packages) await unpack(packageFile(each, debs), stage);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), text);
  }
  if (isBase) return;
  for (const name of linksIntoUsr) rmSync(join(stage, name));
  for (const folder of [...linksIntoUsr.map((name) => join('usr', name)), 'usr']) {
    const path = join(stage, folder);
    if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
  }
}

/** Through the links into /usr, which `dpkg-deb --extract` would replace by folders. */
async function unpack(deb, stage) {
  const archive = `${stage}.tar`;
  const output = openSync(archive, 'w');
  try {
    await endOf(
      spawn('dpkg-deb', ['--fsys-tarfile', deb], { stdio: ['ignore', output, 'inherit'] }),
    );
    await runProgram('tar', ['-x', '-p', '--keep-directory-symlink', '-f', archive, '-C', stage]);
  } finally {
    closeSync(output);
    rmSync(archive);
  }
}
