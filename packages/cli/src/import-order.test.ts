/** Which bundle may follow which, from the command line, and that a killed import leaves that memory whole. */
import { describe, expect, it } from '@jest/globals';
import {
  eventually,
  expectRefusal,
  handmadeBundle,
  openDesk,
  startRegistry,
  testSigner,
  type CapturedOptions,
  type CapturedRun,
  type Desk,
  type HandmadeList,
  type TestRegistry,
} from '@sallyport/testing';
import { chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { digestOf } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const commandLine: Parameters<typeof openDesk>[0] = (args, world) =>
  runCommand('sallyport', allCommands, args, world);

const signer = testSigner();
const stateName = '.local/state/sallyport/channels/default.json';

interface Scene extends AsyncDisposable {
  readonly desk: Desk;
  readonly registry: TestRegistry;
  readonly state: string;
  bundle(sequence: number, change?: Partial<HandmadeList>): Promise<string>;
  importing(bundle: string, ...more: readonly string[]): readonly string[];
  import(bundle: string, ...more: readonly string[]): Promise<CapturedRun>;
  run(args: readonly string[], options?: CapturedOptions): Promise<CapturedRun>;
}

const day = (sequence: number): string => `2026-01-${String(sequence).padStart(2, '0')}T00:00:00Z`;

/** Bundle number N is of the Nth of January; it is the tenth. */
async function openScene(now = () => new Date(day(10))): Promise<Scene> {
  const registry = await startRegistry();
  const desk = await openDesk(commandLine);
  await writeFile(desk.path('site.pub'), signer.publicKeyPem);
  const run: Scene['run'] = (args, options) => desk.run(args, { now, ...options });
  const importing: Scene['importing'] = (bundle, ...more) => [
    ...['import', bundle, `${registry.host}/to`, '--key', desk.path('site.pub'), ...more],
  ];
  return {
    desk,
    registry,
    run,
    importing,
    state: desk.path(stateName),
    bundle: async (sequence, change = {}) => {
      const list = (all: HandmadeList) => ({ ...all, sequence, created: day(sequence), ...change });
      const file = desk.path(`${sequence}.tar`);
      await writeFile(file, (await handmadeBundle({ signers: [signer], list })).bytes);
      return file;
    },
    import: (bundle, ...more) => run(importing(bundle, ...more)),
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
    },
  };
}

/** What asked for something to be stored. */
function writes({ requests }: TestRegistry): number {
  return requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length;
}

describe('importing one bundle after another', () => {
  it('goes forward, and says where it came from', async () => {
    await using scene = await openScene();
    const first = await scene.import(await scene.bundle(1));
    const second = await scene.import(await scene.bundle(2), '--json');
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('given by hand') });
    expect(JSON.parse(second.stdout)).toMatchObject({
      order: { kind: 'newer', before: { sequence: 1 } },
    });
  });

  it('has nothing to do for the same bundle, and says so with 10', async () => {
    await using scene = await openScene();
    const bundle = await scene.bundle(1);
    await scene.import(bundle);
    const before = scene.registry.requests.length;
    const state = await readFile(scene.state);
    const same = await scene.import(bundle);
    expect(same).toMatchObject({ code: 10, stdout: '' });
    expect(same.stderr).toMatch(/^nothing to do: .*\[STATE_ALREADY_IMPORTED\]\nhint: .*--again\n$/);
    expect(scene.registry.requests).toHaveLength(before);
    expect(await readFile(scene.state)).toEqual(state);
    expect(await scene.import(bundle, '--again')).toMatchObject({ code: 0 });
  });

  it('refuses to go back, and another bundle of the same number', async () => {
    await using scene = await openScene();
    await scene.import(await scene.bundle(2));
    const state = await readFile(scene.state);
    const before = writes(scene.registry);
    const older = await scene.import(await scene.bundle(1));
    const dry = await scene.import(scene.desk.path('1.tar'), '--dry-run');
    const reused = await scene.import(await scene.bundle(2, { annotations: { other: 'one' } }));
    for (const run of [older, dry]) expectRefusal(run, { exit: 31, code: 'STATE_ROLLBACK' });
    expectRefusal(reused, { exit: 31, code: 'STATE_SEQUENCE_REUSED' });
    expect(writes(scene.registry)).toBe(before);
    expect(await readFile(scene.state)).toEqual(state);
  });

  it('goes back for a reason given then and there', async () => {
    await using scene = await openScene();
    await scene.import(await scene.bundle(2));
    const bundle = await scene.bundle(1);
    const env = { SALLYPORT_ALLOW_ROLLBACK: 'always', SALLYPORT_FIRST_IMPORT: '1' };
    const byEnvironment = await scene.run(scene.importing(bundle), { env });
    const back = await scene.import(bundle, '--json', '--allow-rollback', 'the new one is broken');
    expectRefusal(byEnvironment, { exit: 31, code: 'STATE_ROLLBACK' });
    expect(JSON.parse(back.stdout)).toMatchObject({
      order: { kind: 'rollback', before: { sequence: 2 }, rollbackReason: 'the new one is broken' },
    });
    expect(await readFile(scene.state, 'utf8')).toContain('the new one is broken');
    const needless = await scene.import(await scene.bundle(3), '--allow-rollback', 'why not');
    expectRefusal(needless, { exit: 2, code: 'STATE_CONSENT_UNNEEDED' });
    expectRefusal(await scene.import(bundle, '--allow-rollback', ' '), {
      exit: 2,
      code: 'USAGE_INVALID',
    });
  });

  it('says what it would say when only verifying, and refuses nothing', async () => {
    await using scene = await openScene();
    const trusted = ['--key', scene.desk.path('site.pub'), '--json'];
    const notesOf = async (...args: readonly string[]) => {
      const { code, stdout } = await scene.run([...args, ...trusted]);
      expect(code).toBe(0);
      return stdout;
    };
    const older = await scene.bundle(1);
    expect(await notesOf('verify', older)).toContain('"notes": []');
    await scene.import(await scene.bundle(2));
    expect(await notesOf('verify', older)).toContain('[STATE_ROLLBACK]');
    expect(await notesOf('inspect', older)).toContain('[STATE_ROLLBACK]');
    expect(await notesOf('verify', scene.desk.path('2.tar'))).toContain('was imported to');
    expect(await notesOf('verify', await scene.bundle(3))).toContain('"notes": []');
    await truncate(scene.state, 10);
    expect(await notesOf('verify', scene.desk.path('3.tar'))).toContain('[STATE_INVALID]');
  });

  it('mentions a gap', async () => {
    await using scene = await openScene();
    await scene.import(await scene.bundle(1));
    const gap = await scene.import(await scene.bundle(3, { previous: digestOf('the second') }));
    expect(gap).toMatchObject({ code: 0, stderr: expect.stringContaining(digestOf('the second')) });
  });

  it('refuses a delta on a base that was not imported', async () => {
    await using scene = await openScene();
    const { list } = await handmadeBundle({ signers: [signer] });
    const base = { bundle: digestOf(list), sequence: 1 };
    const file = scene.desk.path('delta.tar');
    const delta = await handmadeBundle({
      signers: [signer],
      contents: (all) => all.filter(({ path }) => path !== 'manifest.json'),
      list: (all) => ({ ...all, sequence: 2, created: day(2), kind: 'delta', base }),
    });
    await writeFile(file, delta.bytes);
    const refused = await scene.import(file);
    expectRefusal(refused, { exit: 42, code: 'STATE_BASE_UNKNOWN' });
    expect(writes(scene.registry)).toBe(0);
  });
});

describe('importing with a state that cannot be right', () => {
  it.each<[string, (file: string) => Promise<void>, number, string]>([
    ['is cut off', (file) => truncate(file, 100), 31, 'STATE_INVALID'],
    ['is empty', (file) => truncate(file, 0), 31, 'STATE_INVALID'],
    ['is read-only', (file) => chmod(file, 0o400), 50, 'STATE_UNWRITABLE'],
    ['can be written by others', (file) => chmod(file, 0o666), 31, 'STATE_PERMISSIONS'],
    [
      'is that of another channel',
      async (file) => {
        const text = await readFile(file, 'utf8');
        await writeFile(file, text.replace('"channel": "default"', '"channel": "nightly"'));
      },
      31,
      'STATE_INVALID',
    ],
  ])('refuses when it %s', async (_what, breakIt, exit, code) => {
    await using scene = await openScene();
    await scene.import(await scene.bundle(1));
    const before = writes(scene.registry);
    await breakIt(scene.state);
    const broken = await readFile(scene.state);
    expectRefusal(await scene.import(await scene.bundle(2)), { exit, code });
    expect(writes(scene.registry)).toBe(before);
    expect(await readFile(scene.state)).toEqual(broken);
    // Nothing but the state is left there: no lock, no half-written file.
    expect(await readdir(scene.desk.path('.local/state/sallyport/channels'))).toEqual([
      'default.json',
    ]);
  });

  it('refuses a first import where others may have deleted the state', async () => {
    await using scene = await openScene();
    const open = scene.desk.path('open');
    await mkdir(open);
    await chmod(open, 0o777);
    const refused = await scene.import(await scene.bundle(1), '--state', open);
    expectRefusal(refused, { exit: 31, code: 'STATE_PERMISSIONS' });
    expect(refused.stderr).toContain(`chmod go-w ${open}`);
    expect(writes(scene.registry)).toBe(0);
  });

  it('starts over after a reset that says why', async () => {
    await using scene = await openScene();
    await scene.import(await scene.bundle(2));
    const older = await scene.bundle(1);
    const reset = ['state', 'reset', 'default', '--reason', 'new registry'];
    expect(await scene.run(reset)).toMatchObject({ code: 0 });
    expect(await scene.import(older)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('new registry'),
    });
    const shown = await scene.run(['state', 'show', '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      channels: [
        { channel: 'default', highest: { sequence: 1 }, reset: { reason: 'new registry' } },
      ],
    });
    expect((await scene.run(['state', 'show'])).stdout).toContain('highest:     1, sha256:');
    expectRefusal(await scene.run(['state', 'reset', 'nightly', '--reason', 'why']), {
      exit: 31,
      code: 'STATE_MISSING',
    });
  });

  it('keeps it where XDG_STATE_HOME or --state says', async () => {
    await using scene = await openScene();
    const bundle = await scene.bundle(1);
    const env = { XDG_STATE_HOME: scene.desk.path('xdg') };
    await scene.run(scene.importing(bundle), { env });
    await scene.import(bundle, '--state', scene.desk.path('mine'));
    await readFile(scene.desk.path('xdg/sallyport/channels/default.json'));
    await readFile(scene.desk.path('mine/default.json'));
    await expect(readFile(scene.state)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('having nothing to do', () => {
  it.each([[[]], [['--dry-run']]])('says so in JSON to who asked for it: %j', async (more) => {
    await using scene = await openScene();
    const bundle = await scene.bundle(1);
    const first = JSON.parse((await scene.import(bundle, '--json')).stdout) as { bundle: string };
    const { code, stdout } = await scene.import(bundle, '--json', ...more);
    expect(code).toBe(10);
    expect(JSON.parse(stdout)).toEqual({
      nothingToDo: true,
      code: 'STATE_ALREADY_IMPORTED',
      message: expect.stringContaining(first.bundle) as unknown,
      channel: 'default',
      sequence: 1,
      bundle: first.bundle,
      destination: `${scene.registry.host}/to`,
      imported: day(10),
    });
  });

  it('is no such document when it was refused', async () => {
    await using scene = await openScene();
    await scene.import(await scene.bundle(2));
    const older = await scene.import(await scene.bundle(1), '--json');
    expect(older).toMatchObject({ code: 31, stdout: '' });
  });
});

describe('asking how fresh the imports are', () => {
  it('is content, complains, or knows nothing', async () => {
    await using scene = await openScene();
    const status = (maxAge: string) => scene.run(['status', '--fail-after', maxAge, '--json']);
    expectRefusal(await status('48h'), { exit: 42, code: 'STATE_NOTHING_IMPORTED' });
    await scene.import(await scene.bundle(8));
    const [fresh, stale] = [await status('48h'), await status('2879m')];
    expect(fresh.code).toBe(0);
    expect(JSON.parse(fresh.stdout)).toMatchObject({
      isFresh: true,
      channels: [{ channel: 'default', sequence: 8, ageSeconds: 48 * 3600, level: 'fresh' }],
    });
    expect(stale).toMatchObject({ code: 31, stderr: expect.stringContaining('[STATE_STALE]') });
    expect(JSON.parse(stale.stdout)).toMatchObject({ isFresh: false });
    expectRefusal(await status('2 days'), { exit: 2, code: 'USAGE_INVALID' });
    expect((await scene.run(['status'])).stdout).toContain('fresh: default 8, created');
  });

  it('does not take a clock at its word that is behind the last bundle', async () => {
    let time = new Date(day(10));
    await using scene = await openScene(() => time);
    await scene.import(await scene.bundle(8));
    time = new Date('1970-01-01T00:00:00Z');
    const status = await scene.run(['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ channels: [{ ageSeconds: 0 }] });
    expect(status.stderr).toContain("note: this machine's clock says 1970-01-01T00:00:00Z");
    // What was seen is known not to come from the future; of a newer one nobody can say.
    const same = await scene.import(await scene.bundle(8), '--again');
    expect(same).toMatchObject({ code: 0, stderr: expect.stringContaining('that time is used') });
    expectRefusal(await scene.import(await scene.bundle(9)), { exit: 31, code: 'POLICY_CLOCK' });
  });
});

describe('importing twice at the same time', () => {
  it('lets the second wait, or stops it', async () => {
    await using scene = await openScene();
    const bundle = await scene.bundle(1);
    scene.registry.answers(503, { to: { method: 'POST' }, times: 1, retryAfter: 50 });
    await using first = scene.desk.start(scene.importing(bundle));
    await eventually(() => {
      expect(first.said.stderr).toContain('trying again in');
    });
    const stopped = await scene.import(bundle, '--lock-wait', '0');
    expectRefusal(stopped, { exit: 20, code: 'STATE_LOCKED' });
    const waiting = scene.import(bundle, '--lock-wait', '30');
    first.send('SIGTERM');
    expect(await first.ended).toEqual({ code: 143 });
    expect(await waiting).toMatchObject({ code: 0 });
  });
});

describe('losing the channel to another import', () => {
  it.each<[string, RegExp, number]>([
    ['before the tags, and writes none', /^POST /, 0],
    ['after the tags, and keeps silent about them', /^GET .*\/manifests\/1\.0/, 1],
  ])('stops %s', async (_what, to, tags) => {
    await using scene = await openScene();
    const { registry, desk } = scene;
    registry.answers(503, { to, times: 1, retryAfter: 1 });
    const importing = scene.import(await scene.bundle(1));
    await eventually(() => {
      expect(registry.requests.filter(({ status }) => status === 503)).toHaveLength(1);
    });
    const folder = desk.path('.local/state/sallyport/channels');
    for (const name of await readdir(folder)) await rm(`${folder}/${name}`);
    expectRefusal(await importing, { exit: 20, code: 'STATE_LOCK_LOST' });
    const tagged = registry.requests.filter(
      ({ method, path }) => method === 'PUT' && path.includes('/manifests/1.0'),
    );
    expect(tagged).toHaveLength(tags);
    await expect(readFile(scene.state)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('killing an import', () => {
  it.each<[string, { method: string; path?: RegExp }]>([
    ['while it looks at the destination', { method: 'HEAD', path: /manifests/ }],
    ['while it opens an upload', { method: 'POST' }],
    ['while it closes an upload', { method: 'PUT', path: /uploads/ }],
    ['while it pushes a manifest', { method: 'PUT', path: /manifests\/sha256/ }],
    ['while it writes a tag', { method: 'PUT', path: /manifests\/1\.0/ }],
    ['while it reads back', { method: 'GET', path: /manifests\/1\.0/ }],
  ])('leaves the state as it was %s, and nothing in the way of the next', async (_what, to) => {
    await using scene = await openScene();
    await scene.import(await scene.bundle(1));
    const before = await readFile(scene.state);
    const bundle = await scene.bundle(2);
    // A registry that has nothing yet, so that everything has to be sent.
    await using empty = await startRegistry();
    const other = scene
      .importing(bundle)
      .map((word) => word.replace(scene.registry.host, empty.host));
    empty.answers(503, { to, times: 1, retryAfter: 50 });
    await using program = scene.desk.start(other);
    await eventually(() => {
      expect(program.said.stderr).toContain('trying again in');
    });

    program.send('SIGKILL');
    await program.ended;

    expect(await readFile(scene.state)).toEqual(before);
    const next = await scene.run([...other, '--json', '--lock-wait', '0']);
    expect(next).toMatchObject({ code: 0 });
    expect(JSON.parse(next.stdout)).toMatchObject({ order: { kind: 'newer' } });
    expect(await readdir(scene.desk.path('.local/state/sallyport/channels'))).toEqual([
      'default.json',
    ]);
  });
});
