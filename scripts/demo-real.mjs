/**
 * demo-real.mjs [--small] [--keep]
 *
 * The whole way of a real image through the gap, between two real registries, checked by other
 * people's programs: skopeo pushes and pulls, openssl checks the signature, and every digest is
 * compared on both sides. Ends with an error on any difference.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDockerRegistry } from '@sallyport/testing';
import { checkWithOpenssl } from './lib/check-with-openssl.mjs';
import { mebibytes, megabytes, seconds } from './lib/format-amounts.mjs';
import { contentOfLayout, contentOfRegistry, measured } from './lib/image-content.mjs';
import { missingPrograms } from './lib/install-programs.mjs';
import { makeRealImage, realImagePrograms } from './lib/real-image/make-real-image.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';
import { runProgram } from './lib/run-program.mjs';
import { sallyportIn, sallyportProgram } from './lib/sallyport.mjs';
import { skopeoCopy } from './lib/skopeo-copy.mjs';
import { workThenCleanUp } from './lib/work-then-clean-up.mjs';

const { values: flags } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const missing = missingPrograms([...realImagePrograms, 'docker-registry', 'skopeo', 'openssl']);
if (!existsSync(sallyportProgram)) missing.push(sallyportProgram);
if (missing.length > 0) {
  console.error(`error: these programs are missing: ${missing.join(', ')}`);
  process.exit(2);
}

const cache = join(repositoryRoot, 'build', 'real-image');
const { small } = flags;
const tonight = await makeImage({ cache, small });
const nextNight = await makeImage({ cache, small, nextNight: true });
const folder = mkdtempSync(join(tmpdir(), 'sallyport-demo-real-'));
const registries = await Promise.all([startDockerRegistry(), startDockerRegistry()]);
const [first, second] = registries;
console.log(`folder ${folder}, registries ${first.url} and ${second.url}`);
await workThenCleanUp(demonstrate, async () => {
  for (const registry of registries) await registry[Symbol.asyncDispose]();
  if (!flags.keep) rmSync(folder, { recursive: true, force: true });
});

async function demonstrate() {
  const sallyport = sallyportIn(folder);
  report('keygen', await sallyport('keygen', '--output', 'bundle'));
  await carry(sallyport, tonight, 'tonight.sallyport.tar');
  await readWithOthers('tonight.sallyport.tar', tonight);
  await carry(sallyport, nextNight, 'next-night.sallyport.tar');
  console.log('every digest is the same on both sides');
}

async function makeImage(request) {
  const image = await makeRealImage(request);
  return { ...image, content: await contentOfLayout(image.layout) };
}

/** Skopeo puts it into the first registry; from there to the second it goes as one file. */
async function carry(sallyport, image, bundle) {
  const source = `${first.host}/security-products/dast:6`;
  await skopeoCopy(`oci:${image.layout}`, `docker://${source}`);
  report('export', await sallyport('export', source, '--output', bundle, '--key', 'bundle.key'));
  console.log(`  the bundle has ${megabytes(statSync(join(folder, bundle)).size)}`);
  report('verify', await sallyport('verify', bundle, '--key', 'bundle.pub'));
  const inspect = await sallyport('inspect', bundle, '--json');
  report('inspect', inspect);
  JSON.parse(inspect.output);
  const destination = `${second.host}/namespace`;
  report('import', await sallyport('import', bundle, destination, '--key', 'bundle.pub'));
  await compareEverywhere(image);
}

async function compareEverywhere(image) {
  const expected = image.content;
  const back = join(folder, 'back');
  rmSync(back, { recursive: true, force: true });
  await skopeoCopy(`docker://${second.host}/namespace/dast:6`, `oci:${back}:6`);
  same(
    'the first registry',
    await contentOfRegistry(first.url, 'security-products/dast', '6'),
    expected,
  );
  same('the second registry', await contentOfRegistry(second.url, 'namespace/dast', '6'), expected);
  same('what skopeo pulled', await contentOfLayout(back), expected);
}

/** The bundle is an archive that other tools read, and its signature needs none of our code. */
async function readWithOthers(bundle, image) {
  const path = join(folder, bundle);
  const fromOci = join(folder, 'from-oci');
  await skopeoCopy(`oci-archive:${path}`, `oci:${fromOci}:6`);
  same('the bundle read as OCI archive', await contentOfLayout(fromOci), image.content);
  await skopeoCopy(`docker-archive:${path}`, `dir:${join(folder, 'from-docker')}`);
  const inspect = ['--insecure-policy', 'inspect', '--raw', '--config', `docker-archive:${path}`];
  const config = await measured([Buffer.from(await runProgram('skopeo', inspect))]);
  same('its config read as docker archive', [config], [image.content[1]]);
  console.log(`  openssl: ${await checkWithOpenssl(path, 'bundle.pub', folder)}`);
}

function same(where, found, expected) {
  if (found.join('\n') !== expected.join('\n')) {
    throw new Error(
      `${where} differs\nexpected\n${expected.join('\n')}\nfound\n${found.join('\n')}`,
    );
  }
  console.log(`  ${where}: ${found.length} of ${expected.length} digests are the same`);
}

function report(name, { wallSeconds, cpuSeconds, peakBytes, diskBytes }) {
  console.log(
    `${name.padEnd(8)} ${seconds(wallSeconds).padStart(8)}, processor ${seconds(cpuSeconds)}, ` +
      `memory at most ${mebibytes(peakBytes)}, written to disk ${megabytes(diskBytes)}`,
  );
}
