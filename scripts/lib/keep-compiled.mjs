/**
 * keep-compiled.mjs PROGRAM
 *
 * Runs a bundled program on the way that most of its users take, and keeps beside it what Node compiled of
 * it meanwhile: a function that did not run is compiled when somebody calls it.
 *
 * To be started in an empty folder that is also the home of whoever runs it: it leaves files, state and a
 * custody log there.
 */
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { handmadeBundle, startRegistry, tinyImage } from '@sallyport/testing';
import { keepCompiled } from '../../packages/cli/bin/compiled-code.js';
import { bundledProgram, limitMemory } from '../../packages/cli/bin/start-program.js';

const [program] = process.argv.slice(2);
if (homedir() !== process.cwd()) throw new Error(`expected ${process.cwd()} to be the home`);
limitMemory();
const bundled = bundledProgram(pathToFileURL(program));
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
    const from = `${source.host}/team/app:1`;
    await sallyport('export', from, '--output', 'own.tar', '--key', 'own.key');
  }
  await sallyport('verify', 'bundle.tar', '--key', 'bundle.pub');
  const importing = ['import', 'bundle.tar', `${destination.host}/to`, '--key', 'bundle.pub'];
  await sallyport(...importing);
  await sallyport(...importing, '--again', '--trust-destination');
} finally {
  await source[Symbol.asyncDispose]();
  await destination[Symbol.asyncDispose]();
}
keepCompiled(bundled);

async function sallyport(...args) {
  process.argv = [process.execPath, program, ...args];
  await bundled.run().ended;
  if (process.exitCode !== 0) throw new Error(`${args[0]} ended with ${process.exitCode}`);
}
