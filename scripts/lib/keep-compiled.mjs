/**
 * keep-compiled.mjs PROGRAM
 *
 * Runs a bundled program on the way that most of its users take, and keeps beside it what Node compiled of
 * it meanwhile: a function that did not run is compiled when somebody calls it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { handmadeBundle, startRegistry, tinyImage } from '@sallyport/testing';
import { keepCompiled } from '../../packages/cli/bin/compiled-code.js';
import { bundledProgram, limitMemory } from '../../packages/cli/bin/start-program.js';

const program = resolve(process.argv[2]);
limitMemory();
const file = pathToFileURL(program);
const run = bundledProgram(file);
const home = mkdtempSync(join(tmpdir(), 'sallyport-compiled-'));
process.env = { PATH: process.env.PATH, HOME: home };
process.chdir(home);
const source = await startRegistry();
const destination = await startRegistry();
try {
  // More than one piece, and less: what is large goes another way through the program.
  const image = await tinyImage({ layerBytes: [4_000_000, 1000] });
  await image.pushTo(source.store, 'team/app:1');
  const { bytes, publicKeyPem } = await handmadeBundle({ images: [{ image }] });
  writeFileSync('bundle.pub', publicKeyPem);
  writeFileSync('bundle.tar', bytes);
  if (basename(program) === 'sallyport.cjs') {
    await sallyport('keygen', '--output', 'own', '--format', 'plain-pkcs8');
    await sallyport(
      'export',
      `${source.host}/team/app:1`,
      '--output',
      'own.tar',
      '--key',
      'own.key',
    );
  }
  await sallyport('verify', 'bundle.tar', '--key', 'bundle.pub');
  const importing = ['import', 'bundle.tar', `${destination.host}/to`, '--key', 'bundle.pub'];
  await sallyport(...importing);
  await sallyport(...importing, '--again', '--trust-destination');
} finally {
  await source[Symbol.asyncDispose]();
  await destination[Symbol.asyncDispose]();
  rmSync(home, { recursive: true });
}
keepCompiled(file, run);

async function sallyport(...args) {
  process.argv = [process.execPath, program, ...args];
  await run().ended;
  if (process.exitCode !== 0) throw new Error(`${args[0]} ended with ${process.exitCode}`);
}
