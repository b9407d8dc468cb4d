/** Where in the channel a bundle says that it is, and for whom. */
import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  openDesk,
  startRegistry,
  tinyImage,
  type CapturedOptions,
  type CapturedRun,
  type Desk,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const now = () => new Date('2026-01-03T00:00:00Z');
const tomorrow = Date.parse('2026-01-04T00:00:00Z') / 1000;

interface Scene extends AsyncDisposable {
  readonly desk: Desk;
  /** Into `NAME.tar`. */
  export(name: string, more?: readonly string[], options?: CapturedOptions): Promise<CapturedRun>;
  import(name: string, ...more: readonly string[]): Promise<CapturedRun>;
}

async function openScene(): Promise<Scene> {
  const registry = await startRegistry();
  const desk = await openDesk((args, world) => runCommand('sallyport', allCommands, args, world));
  await (await tinyImage()).pushTo(registry.store, 'app:1');
  const image = `${registry.host}/app:1`;
  const bundle = (name: string): string => desk.path(`${name}.tar`);
  return {
    desk,
    export: (name, more = [], options = {}) =>
      desk.run(['export', image, '--output', bundle(name), '--key', desk.key, '--json', ...more], {
        now,
        ...options,
      }),
    import: (name, ...more) =>
      desk.run(['import', bundle(name), `${registry.host}/in`, ...more], { now }),
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
    },
  };
}

async function digestIn(run: Promise<CapturedRun>): Promise<string> {
  return (JSON.parse((await run).stdout) as { readonly bundle: string }).bundle;
}

describe('naming the bundle before', () => {
  it('takes its file, or its digest', async () => {
    await using scene = await openScene();
    const first = await digestIn(scene.export('1', ['--sequence', '1']));
    for (const [sequence, previous] of [
      ['2', scene.desk.path('1.tar')],
      ['3', first],
    ] as const) {
      const made = await scene.export(sequence, ['--sequence', sequence, '--previous', previous]);
      expect(JSON.parse(made.stdout)).toMatchObject({ previous: first });
    }
  });

  it('lets a site notice the gap', async () => {
    await using scene = await openScene();
    const byHand = ['--key', scene.desk.pub];
    await scene.export('1', ['--sequence', '1']);
    await scene.export('2', ['--sequence', '2', '--previous', scene.desk.path('1.tar')]);
    await scene.export('3', ['--sequence', '3', '--previous', scene.desk.path('2.tar')]);
    await scene.import('1', ...byHand);
    expect(await scene.import('3', ...byHand)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('was not imported here'),
    });
  });

  it.each<[string, readonly string[], number, string]>([
    ['of another channel', ['--channel', 'nightly', '--sequence', '9'], 2, 'USAGE_INVALID'],
    ['that comes after this one', ['--sequence', '4'], 2, 'USAGE_INVALID'],
    ['with the same sequence', ['--sequence', '5'], 2, 'USAGE_INVALID'],
  ])('refuses one %s', async (_what, flags, exit, code) => {
    await using scene = await openScene();
    await scene.export('5', ['--sequence', '5']);
    const previous = ['--previous', scene.desk.path('5.tar')];
    expectRefusal(await scene.export('new', [...flags, ...previous]), { exit, code });
    expect(await scene.desk.files()).toEqual(['5.tar']);
  });

  it('refuses what is no bundle, and what is not there', async () => {
    await using scene = await openScene();
    const { desk } = scene;
    await writeFile(desk.path('text'), 'no bundle');
    const after = (name: string) => scene.export('new', ['--previous', desk.path(name)]);
    expectRefusal(await after('text'), { exit: 30, code: 'BUNDLE_NOT_A_BUNDLE' });
    expectRefusal(await after('nothing'), { exit: 50, code: 'BUNDLE_UNREADABLE' });
  });
});

describe('naming the sites that a bundle is for', () => {
  it('is taken by those, and by no other', async () => {
    await using scene = await openScene();
    const { desk } = scene;
    const { stdout } = await desk.runWell([
      'keygen',
      '--output',
      desk.path('k'),
      '--format',
      'plain-pkcs8',
    ]);
    const fingerprint = /[0-9a-f]{4}( [0-9a-f]{4}){15}/.exec(stdout)?.[0] ?? '';
    const key = ['--name', 'k', '--fingerprint', fingerprint];
    await desk.runWell(['trust', 'add', desk.path('k.pub'), ...key]);
    await desk.runWell(['trust', 'set', '--site', 'plant 7']);
    const signed = ['--key', desk.path('k.key')];

    const sites = ['--audience', 'plant 8', '--audience', 'plant 7'];
    const made = await scene.export('both', [...signed, ...sites, '--sequence', '1']);
    expect(JSON.parse(made.stdout)).toMatchObject({ audience: ['plant 7', 'plant 8'] });
    const taken = await scene.import('both', '--first-import');
    expect(taken).toMatchObject({ code: 0, stdout: expect.stringContaining('in/app') });

    await scene.export('other', [...signed, '--audience', 'plant 8', '--sequence', '2']);
    expectRefusal(await scene.import('other'), { exit: 31, code: 'POLICY_AUDIENCE' });
  });

  it('is taken from the environment, and refuses a name twice or an empty one', async () => {
    await using scene = await openScene();
    const env = { SALLYPORT_AUDIENCE: 'plant-8 plant-7' };
    const made = await scene.export('1', [], { env });
    expect(JSON.parse(made.stdout)).toMatchObject({ audience: ['plant-7', 'plant-8'] });
    for (const names of [['a', 'a'], ['a', ''], ['Wien\u00e9']]) {
      const flags = names.flatMap((name) => ['--audience', name]);
      expectRefusal(await scene.export('2', flags), { exit: 2, code: 'USAGE_INVALID' });
    }
  });
});

describe('numbering a bundle', () => {
  it('takes what every site takes, up to tomorrow', async () => {
    await using scene = await openScene();
    expect(await scene.export('1', ['--sequence', String(tomorrow)])).toMatchObject({ code: 0 });
    expect(await scene.import('1', '--key', scene.desk.pub)).toMatchObject({ code: 0 });
  });

  it('refuses what no site would take', async () => {
    await using scene = await openScene();
    const ahead = await scene.export('1', ['--sequence', String(tomorrow + 1)]);
    expectRefusal(ahead, { exit: 2, code: 'USAGE_INVALID' });
    expect(ahead.stderr).toContain(`up to ${tomorrow}`);
    const env = { SOURCE_DATE_EPOCH: String(tomorrow + 1) };
    const counted = await scene.export('1', ['--sequence', '1'], { env });
    expectRefusal(counted, { exit: 2, code: 'USAGE_INVALID' });
    expect(counted.stderr).toContain('SOURCE_DATE_EPOCH');
    expect(await scene.desk.files()).toEqual([]);
  });
});
