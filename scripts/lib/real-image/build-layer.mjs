/**
 * One gzip layer from packages and files, the same bytes whenever it is built from the same parts:
 * sorted names, one time stamp, owner 0. Installation scripts of the packages are not run.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
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
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runProgram } from '../run-program.mjs';
import { packageFile } from './debian-packages.mjs';

/** Debian keeps these at the top as links into /usr since release 12. */
const linksIntoUsr = ['bin', 'lib', 'lib64', 'sbin'];

const layerTime = '@1700000000';

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
    const packed = await packStage(stage, `${file}.partial`);
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

async function packStage(stage, file) {
  const tar = spawn(
    'tar',
    [
      ...['-c', '--format=gnu', '--sort=name', `--mtime=${layerTime}`],
      ...['--owner=0', '--group=0', '--numeric-owner'],
      ...['-C', stage, '--', ...readdirSync(stage).sort()],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  // The program and not node:zlib, whose output depends on the processor.
  const gzip = spawn('gzip', ['-n', '-6'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const plain = measure();
  const packed = measure();
  const ended = [endOf(tar), endOf(gzip)];
  await Promise.all([
    pipeline(tar.stdout, plain.pass, gzip.stdin),
    pipeline(gzip.stdout, packed.pass, createWriteStream(file)),
    ...ended,
  ]);
  return { digest: packed.digest(), size: packed.size(), diffId: plain.digest() };
}

async function endOf(child) {
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${child.spawnargs[0]} ended with exit code ${code}`);
}

/** Counts and hashes what passes through. */
function measure() {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *pass(chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    },
    digest: () => `sha256:${hash.digest('hex')}`,
    size: () => bytes,
  };
}
