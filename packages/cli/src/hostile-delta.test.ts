/** Deltas whose base is not what the site has: refused before anything is sent. */
import { describe, expect, it } from '@jest/globals';
import {
  expectNothingSent,
  expectRefusal,
  handmadeBundle,
  openDesk,
  startRegistry,
  testSigner,
  tinyImage,
  type CapturedRun,
  type HandmadeBundle,
  type HandmadeList,
  type TestRegistry,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { digestOf } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const signer = testSigner();
const created = (sequence: number): string => `2026-01-0${sequence}T00:00:00Z`;

interface Scene extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly layer: string;
  full(sequence: number, change?: Partial<HandmadeList>): Promise<HandmadeBundle>;
  /** Assumes the layer of the image. */
  delta(sequence: number, change: Partial<HandmadeList>): Promise<HandmadeBundle>;
  import(bundle: HandmadeBundle): Promise<CapturedRun>;
}

async function openScene(): Promise<Scene> {
  const registry = await startRegistry();
  const desk = await openDesk((args, world) => runCommand('sallyport', allCommands, args, world));
  await writeFile(desk.path('site.pub'), signer.publicKeyPem);
  const image = await tinyImage();
  const { mediaType, digest, size } = image.contents[0]?.content ?? image.root;
  const numbered = (sequence: number, change: Partial<HandmadeList>) => (all: HandmadeList) => ({
    ...all,
    sequence,
    created: created(sequence),
    ...change,
  });
  return {
    registry,
    layer: digest,
    full: (sequence, change = {}) =>
      handmadeBundle({
        images: [{ image }],
        signers: [signer],
        list: numbered(sequence, change),
      }),
    delta: (sequence, change) =>
      handmadeBundle({
        images: [{ image }],
        signers: [signer],
        contents: (all) =>
          all.filter(({ path }) => path !== 'manifest.json' && !path.endsWith(digest.slice(7))),
        list: numbered(sequence, {
          kind: 'delta',
          assumed: [{ digest, size, mediaType }],
          ...change,
        }),
      }),
    import: ({ bytes }) =>
      desk.run(['import', '-', `${registry.host}/to`, '--key', desk.path('site.pub')], {
        stdin: bytes,
      }),
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
    },
  };
}

const baseOf = ({ list }: HandmadeBundle, sequence: number) => ({
  base: { bundle: digestOf(list), sequence },
});

describe('importing a delta on another base than the site has', () => {
  it.each<
    readonly [
      what: string,
      change: (one: HandmadeBundle, other: HandmadeBundle) => Partial<HandmadeList>,
      exit: number,
      code: string,
    ]
  >([
    [
      'one that nobody knows',
      () => ({ base: { bundle: digestOf('unknown'), sequence: 1 } }),
      42,
      'STATE_BASE_UNKNOWN',
    ],
    ['one of another channel', (_one, other) => baseOf(other, 2), 42, 'STATE_BASE_UNKNOWN'],
    ['its own under another sequence', (one) => baseOf(one, 2), 42, 'STATE_BASE_UNKNOWN'],
    ['one that is as new as the delta', (one) => baseOf(one, 3), 30, 'BUNDLE_LIST_INVALID'],
    ['none', () => ({}), 30, 'BUNDLE_LIST_INVALID'],
  ])('refuses %s', async (_what, change, exit, code) => {
    await using scene = await openScene();
    const [one, other] = [await scene.full(1), await scene.full(2, { channel: 'nightly' })];
    for (const bundle of [one, other])
      expect(await scene.import(bundle)).toMatchObject({ code: 0 });
    const sent = scene.registry.requests.length;

    const run = await scene.import(await scene.delta(3, change(one, other)));

    expectRefusal(run, { exit, code });
    expectNothingSent({ requests: scene.registry.requests.slice(sent) });
  });

  it('refuses the delta of a night whose base was left out, and takes the one on what is there', async () => {
    await using scene = await openScene();
    const [one, two] = [await scene.full(1), await scene.full(2)];
    expect(await scene.import(one)).toMatchObject({ code: 0 });

    const onTwo = await scene.import(await scene.delta(3, baseOf(two, 2)));
    const onOne = await scene.import(await scene.delta(4, baseOf(one, 1)));

    expectRefusal(onTwo, { exit: 42, code: 'STATE_BASE_UNKNOWN' });
    expect(onOne).toMatchObject({ code: 0 });
  });
});

describe('importing a delta after the registry has lost what it assumes', () => {
  it('names the blob and sends nothing', async () => {
    await using scene = await openScene();
    const one = await scene.full(1);
    expect(await scene.import(one)).toMatchObject({ code: 0 });
    const sent = scene.registry.requests.length;
    scene.registry.answers(404, { to: { path: new RegExp(scene.layer) } });

    const run = await scene.import(await scene.delta(2, baseOf(one, 1)));

    expectRefusal(run, { exit: 42, code: 'IMPORT_ASSUMED_MISSING' });
    expect(run.stderr).toContain(scene.layer);
    expectNothingSent({ requests: scene.registry.requests.slice(sent) });
  });
});
