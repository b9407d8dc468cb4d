/** Everything a case needs: the image in a source registry, keys, peers, a folder for files. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDockerRegistry } from '@sallyport/testing';
import { makeLargeImage } from '../made-image/make-image.mjs';
import { makeRealImage } from '../real-image/make-real-image.mjs';
import { repositoryRoot } from '../repository-root.mjs';
import { missingPrograms } from '../install-programs.mjs';
import { Carry } from './carry.mjs';
import { findPeers } from './peers.mjs';
import { pushLayouts, uniqueBytes } from './push-layout.mjs';

const tag = 'made';
/** A key for benchmarks that nobody has to unlock, in the folder of every case. */
export const openKey = 'open.key';

/**
 * @param {{ real: boolean, small: boolean, rounds: number, peersFolder?: string }} request
 * @returns {Promise<object>} To be closed by its `close`.
 */
export async function openBench({ real, small, rounds, peersFolder }) {
  const cache = join(repositoryRoot, 'build', 'bench', 'images');
  const image = real
    ? await makeRealImage({ cache: join(repositoryRoot, 'build', 'real-image'), small })
    : await makeLargeImage({ cache, small });
  const found = await findPeers(peersFolder);
  const missing = [...found.missing, ...missingPrograms(['curl'])];
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const registry = await startDockerRegistry();
  const close = async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const carry = new Carry(folder);
    const source = `${registry.host}/bench/image:${tag}`;
    await pushLayouts([image], () => source);
    await carry.sallyport('keygen', '--output', 'bundle');
    writeOpenKey(carry.file(openKey));
    const bytes = uniqueBytes([image]);
    const shared = {
      cache,
      small,
      rounds,
      missing,
      peers: found.present,
      registry,
      source,
      tag,
      carry,
    };
    return { ...shared, image: { ...image, bytes }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function writeOpenKey(file) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}
