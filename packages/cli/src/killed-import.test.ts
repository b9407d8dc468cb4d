/** SIGKILL at every step of an import: nothing half done is visible, and the same command ends as if nothing had happened. */
import { describe, expect, it } from '@jest/globals';
import {
  eventually,
  expectNothingVisible,
  handmadeBundle,
  kill,
  killAt,
  openDesk,
  startRegistry,
  testSigner,
  tinyImage,
  type Desk,
  type TestRegistry,
} from '@sallyport/testing';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { copy, MemoryStore } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const signer = testSigner();
const home = '.local/state/sallyport';

/** More than an import of this bundle sends, as one of the tests makes sure. */
const steps = Array.from({ length: 22 }, (_, request) => request);

interface Scene extends AsyncDisposable {
  readonly desk: Desk;
  /** Has nothing yet. */
  readonly registry: TestRegistry;
  /** Of the bundle that comes next. */
  readonly importing: readonly string[];
  readonly bytes: Buffer;
  /** What the site remembers of an earlier import elsewhere. */
  readonly before: Buffer;
  readonly stateFile: string;
}

/** Bundle 1 was imported to another registry; bundle 2 is to go to one that is empty. */
async function openScene(): Promise<Scene> {
  const registry = await startRegistry();
  const desk = await openDesk((args, world) => runCommand('sallyport', allCommands, args, world));
  await writeFile(desk.path('site.pub'), signer.publicKeyPem);
  const bundle = async (sequence: number) => {
    const image = await tinyImage({ layerBytes: [600_000], seed: `image ${sequence}` });
    const list = (all: object) => ({ ...all, sequence });
    const images = [{ image, tags: ['1'] }];
    return (await handmadeBundle({ signers: [signer], images, list })).bytes;
  };
  await using elsewhere = await startRegistry();
  await writeFile(desk.path('1.tar'), await bundle(1));
  const bytes = await bundle(2);
  await writeFile(desk.path('2.tar'), bytes);
  const flags = ['--key', desk.path('site.pub'), '--concurrency', '1'];
  await desk.runWell(['import', desk.path('1.tar'), `${elsewhere.host}/to`, ...flags]);
  const stateFile = desk.path(`${home}/channels/default.json`);
  return {
    desk,
    registry,
    bytes,
    stateFile,
    importing: ['import', desk.path('2.tar'), `${registry.host}/to`, ...flags],
    before: await readFile(stateFile),
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
    },
  };
}

/** Whatever a tag leads to can be pulled whole. */
async function expectWholeImages({ store }: TestRegistry): Promise<number> {
  let tags = 0;
  for await (const tag of store.tags()) {
    await copy(store, tag, new MemoryStore());
    tags += 1;
  }
  return tags;
}

/** The same command again, which must not have to wait for anything. */
async function expectSuccessNow({ desk, registry, importing, stateFile }: Scene): Promise<void> {
  const { stdout } = await desk.runWell([...importing, '--json', '--lock-wait', '0']);
  const { bundle } = JSON.parse(stdout) as { readonly bundle: string };
  expect(await expectWholeImages(registry)).toBe(1);
  expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({
    highest: { sequence: 2, bundle },
    imports: [{ sequence: 1 }, { sequence: 2, destination: `${registry.host}/to` }],
  });
  expect(await readdir(desk.path(`${home}/channels`))).toEqual(['default.json']);
  await desk.runWell(['log', 'verify']);
}

describe('killing an import at a request', () => {
  it('is tried at every one that there is', async () => {
    await using scene = await openScene();
    await scene.desk.runWell(scene.importing);
    const { requests } = scene.registry;
    expect(requests.length).toBeLessThan(steps.length);
    // All that changes the registry is among them.
    const kinds = new Set(requests.map(({ method }) => method));
    expect([...kinds].sort()).toEqual(['GET', 'HEAD', 'PATCH', 'POST', 'PUT']);
  });

  it.each(steps)('number %i leaves nothing in the way of the same command', async (request) => {
    await using scene = await openScene();
    const { desk, registry, before, importing, stateFile } = scene;
    registry.fallsSilent({ after: request });
    await using program = desk.start(importing);
    await killAt(program, registry, request);

    await expectWholeImages(registry);
    if (registry.requests.length <= request) return;
    expect(await readFile(stateFile)).toEqual(before);
    const shown = await desk.runWell(['log', 'show']);
    const hasBegun = registry.requests.some(({ method }) => method !== 'HEAD' && method !== 'GET');
    if (hasBegun) expect(shown.stdout).toContain('has no end');
    await expectSuccessNow(scene);
  });
});

describe('killing an import between requests', () => {
  it('when the list is proven and the rest of the bundle has not come', async () => {
    await using scene = await openScene();
    const { desk, registry, before, importing, bytes, stateFile } = scene;
    const fromPipe = importing.map((word) => (word === desk.path('2.tar') ? '-' : word));
    await using program = desk.start(fromPipe);
    program.stdin.write(bytes.subarray(0, 6000));
    await eventually(async () => {
      // The lock of the channel, with its owner in it: the signature was good, and nothing else can pass.
      const names = await readdir(desk.path(`${home}/channels`));
      const lock = names.find((name) => name.endsWith('.lock')) ?? 'none';
      expect(await readFile(desk.path(`${home}/channels/${lock}`), 'utf8')).toContain('}');
    });
    await kill(program);

    expect(registry.requests).toEqual([]);
    expect(await readFile(stateFile)).toEqual(before);
    await expectSuccessNow(scene);
  });

  it('in the middle of a blob', async () => {
    await using scene = await openScene();
    const { desk, registry, before, importing, stateFile } = scene;
    registry.stallsUploads({ afterBytes: 30_000, times: 1 });
    await using program = desk.start(importing);
    await eventually(() => {
      const lengths = registry.requests.map(({ headers }) =>
        Number(headers['content-length'] ?? 0),
      );
      expect(Math.max(...lengths)).toBeGreaterThan(30_000);
    });
    await kill(program);

    expectNothingVisible(registry);
    expect(await readFile(stateFile)).toEqual(before);
    await expectSuccessNow(scene);
  });

  it('when the state is written and the receipt may be not', async () => {
    await using scene = await openScene();
    const { desk, registry, before, importing, stateFile } = scene;
    const receipt = desk.path('receipt.json');
    await using program = desk.start([...importing, '--receipt', receipt]);
    await eventually(async () => {
      expect(await readFile(stateFile)).not.toEqual(before);
    });
    await kill(program);

    expect(await expectWholeImages(registry)).toBe(1);
    expect(JSON.parse(await readFile(stateFile, 'utf8'))).toMatchObject({
      highest: { sequence: 2 },
    });
    if (existsSync(receipt)) JSON.parse(await readFile(receipt, 'utf8'));
    const again = await desk.run([...importing, '--lock-wait', '0']);
    expect(again).toMatchObject({ code: 10, stdout: '' });
    // The receipt that is missing is one of a second look at what is there.
    const other = ['--again', '--receipt', desk.path('second.json')];
    await desk.runWell([...importing, ...other]);
    expect(JSON.parse(await readFile(desk.path('second.json'), 'utf8'))).toMatchObject({
      bundle: { sequence: 2 },
      images: [{ tags: [{ tag: '1' }] }],
    });
  });
});
