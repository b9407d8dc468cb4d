// The main job on embedded defaults: registry -> signed bundle -> registry, on this machine alone.
//
// It runs the very commands that a user runs, in this process, and then pulls
// back what was imported and compares every byte. Everything it writes is in
// one folder, whose name it prints.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { childrenOf, OciLayout, parseManifest, readContent, RegistryClient } from 'oras-js';
import { allCommands, Interrupted, runCommand } from '@sallyport/cli';
import { serveRegistry } from '@sallyport/registry';
import { tinyImage } from '@sallyport/testing';

const folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-'));
const startedAt = performance.now();
// Nothing of the user's own settings: no proxy, no credentials, no folders beside the one above.
// A key for a demonstration protects nothing; it is made anew each time and left in the folder.
const env = { SALLYPORT_KEY_PASSPHRASE: 'demo-only' };
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Interrupted('SIGINT')));

console.log(`Everything is written to ${folder}\n`);
const steps = [];

try {
  await demo();
  console.log('What it did:');
  for (const { title, seconds } of steps)
    console.log(`  ${seconds.toFixed(2).padStart(6)} s  ${title}`);
  const total = (performance.now() - startedAt) / 1000;
  console.log(`  ${total.toFixed(2).padStart(6)} s  in all\n`);
  console.log(`Nothing is left running. The bundle and its keys are in ${folder}`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

async function demo() {
  const source = new OciLayout(join(folder, 'first-registry'));
  const destination = new OciLayout(join(folder, 'second-registry'));
  const connected = await serveRegistry({ store: source });
  const offline = await serveRegistry({ store: destination });
  try {
    await mainJob(source, connected, offline);
  } finally {
    await Promise.all([connected.close(), offline.close()]);
  }
}

async function mainJob(source, connected, offline) {
  const name = 'security-products/dast:6';
  const image = await step('made a small image and put it into the first registry', () =>
    makeImage(source, name),
  );
  const bundle = join(folder, 'dast.sallyport.tar');
  const [key, pub] = [join(folder, 'bundle.key'), join(folder, 'bundle.pub')];

  await step('made a key pair', () => run(['keygen', '--output', join(folder, 'bundle')]));
  await step('exported the image into one signed bundle', () =>
    run(['export', `${connected.host}/${name}`, '--output', bundle, '--key', key]),
  );
  await step('proved the bundle', () => run(['verify', bundle, '--key', pub]));
  await step('streamed it into the second registry, tags last', () =>
    run(['import', bundle, `${offline.host}/namespace`, '--key', pub]),
  );
  await step('pulled it back and compared every byte', () => compare(image, offline.host));
}

async function makeImage(store, name) {
  const image = await tinyImage({
    seed: 'dast',
    layerBytes: [6_000_000, 2_000_000, 300_000, 1000],
  });
  await image.pushTo(store, name);
  return image;
}

async function step(title, work) {
  const from = performance.now();
  const result = await work();
  steps.push({ title, seconds: (performance.now() - from) / 1000 });
  return result;
}

async function run(args) {
  const shown = args.map((arg) => (arg.startsWith(folder) ? relative(folder, arg) : arg));
  console.log(`$ sallyport ${shown.join(' ')}`);
  const code = await runCommand('sallyport', allCommands, args, {
    stdin: new PassThrough(),
    stdout: process.stdout,
    stderr: process.stderr,
    terminalColumns: undefined,
    env,
    homeDirectory: folder,
    hostName: 'demonstration',
    signal: stop.signal,
    now: () => new Date(),
    askSecret: undefined,
  });
  console.log('');
  if (code !== 0) throw new Error(`sallyport ${args[0]} ended with exit code ${code}`);
}

async function compare(image, host) {
  const client = new RegistryClient();
  try {
    const bytes = await pullAndCompare(image, client.repository(host, 'namespace/dast'));
    console.log(`Pulled ${bytes} bytes back from ${host}: every byte is the same.\n`);
  } finally {
    await client.close();
  }
}

async function pullAndCompare(image, repository) {
  const root = await repository.resolve('6');
  if (root.digest !== image.root.digest) {
    throw new Error(`expected ${image.root.digest} under the tag, found ${root.digest}`);
  }
  const manifest = await readContent(repository, root);
  let bytes = manifest.byteLength;
  for (const content of [root, ...childrenOf(parseManifest(manifest, root))]) {
    const pulled = await readContent(repository, content, { limitBytes: 100_000_000 });
    const original = image.contents.find((each) => each.content.digest === content.digest);
    if (original === undefined || !pulled.equals(original.bytes)) {
      throw new Error(`${content.digest} came back different`);
    }
    bytes += pulled.byteLength;
  }
  return bytes;
}
