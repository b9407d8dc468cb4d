/**
 * kill.mjs [--rounds N] [--kills N] [--seed N]
 *
 * Kills exports and imports with SIGKILL at random moments, each followed by the same command, and
 * compares the end with a run that nobody disturbed. 100 rounds of each by default.
 */
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRegistry, tinyImage } from '@sallyport/testing';
import { runToEnd, seededRandom, starter } from './lib/kill/kill-at-random.mjs';
import { killedExport } from './lib/kill/killed-export.mjs';
import { killedImport } from './lib/kill/killed-import.mjs';
import { sallyportProgram } from './lib/sallyport.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    kills: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const random = seededRandom(Number(values.seed));
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'sallyport-kill-'));
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  SALLYPORT_KEY_PASSPHRASE: 'test-only passphrase',
  SOURCE_DATE_EPOCH: '1700000000',
};
const sallyport = (...args) => starter(sallyportProgram, args, { cwd: folder, env });
const registry = await startRegistry();
try {
  const image = await tinyImage({ layerBytes: [25e6, 9e6, 3e6, 400e3, 300e3, 20e3, 5e3] });
  await image.pushTo(registry.store, 'app:1');
  await runToEnd(sallyport('keygen', '--output', 'kill', '--format', 'pkcs8'));
  await killExports(image);
  await killImports(image);
} finally {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}

async function killExports({ contents }) {
  const file = join(folder, 'b.tar');
  const limits = ['--limit-rate', '40M', '--concurrency', '4'];
  const start = sallyport(
    'export',
    `${registry.host}/app:1`,
    '-k',
    'kill.key',
    '-o',
    file,
    ...limits,
  );
  const beganMs = performance.now();
  await runToEnd(start);
  const withinMs = performance.now() - beganMs;
  // The signature before it is another one each time.
  const comparedFrom = readFileSync(file).indexOf('oci-layout\0');
  const expected = readFileSync(file).subarray(comparedFrom);
  renameSync(file, join(folder, 'whole.tar'));
  const layers = contents
    .filter(({ content }) => content.mediaType.includes('layer'))
    .map(({ content }) => content.digest);
  const scene = { start, file, registry, expected, comparedFrom, layers };
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    killed += await killedExport(scene, { kills: Number(values.kills), withinMs, random });
  }
  console.log(
    `${rounds} exports, killed ${killed} times: all equal in the end, nothing noted was fetched again`,
  );
}

async function killImports(image) {
  const startTo = (host) =>
    sallyport('import', 'whole.tar', `${host}/to`, '--key', 'kill.pub', '--again');
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    killed += await killedImport(
      { startTo, tag: '1', image },
      { kills: Number(values.kills), withinMs: 1500, random },
    );
  }
  console.log(`${rounds} imports, killed ${killed} times: all complete in the end`);
}
