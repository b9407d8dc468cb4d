/** Managing a trust file from the command line, and importing by its rules. */
import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  handmadeBundle,
  openDesk,
  runProgram,
  startRegistry,
  testSigner,
  type CapturedOptions,
  type CapturedRun,
  type Desk,
  type HandmadeList,
  type TestRegistry,
  type TestSigner,
} from '@sallyport/testing';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const commandLine: Parameters<typeof openDesk>[0] = (args, world) =>
  runCommand('sallyport', allCommands, args, world);

const now = () => new Date('2026-01-03T00:00:00Z');
const signer = testSigner();

interface Scene extends AsyncDisposable {
  readonly desk: Desk;
  readonly registry: TestRegistry;
  run(args: readonly string[], options?: CapturedOptions): Promise<CapturedRun>;
  /** Writes the public key and a bundle by it. */
  bundle(list?: Partial<HandmadeList>, signers?: readonly TestSigner[]): Promise<string>;
  add(...more: readonly string[]): Promise<CapturedRun>;
}

async function openScene(): Promise<Scene> {
  const registry = await startRegistry();
  const desk = await openDesk(commandLine);
  await writeFile(desk.path('site.pub'), signer.publicKeyPem);
  const run: Scene['run'] = (args, options) => desk.run(args, { now, ...options });
  return {
    desk,
    registry,
    run,
    bundle: async (change = {}, signers = [signer]) => {
      const list = (all: HandmadeList) => ({ ...all, ...change });
      await writeFile(desk.path('b.tar'), (await handmadeBundle({ signers, list })).bytes);
      return desk.path('b.tar');
    },
    add: (...more) =>
      run(
        [
          'trust',
          'add',
          desk.path('site.pub'),
          '--name',
          'alpha',
          '--fingerprint',
          hexOf(signer),
        ].concat(more),
      ),
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
    },
  };
}

const hexOf = ({ hint }: TestSigner): string => Buffer.from(hint, 'base64').toString('hex');

const importing = (bundle: string, { registry }: Scene, ...more: readonly string[]) => [
  ...['import', bundle, `${registry.host}/to`, ...more],
];

describe('adding a key to the trust file', () => {
  it('asks on a terminal whether the fingerprint is the right one', async () => {
    await using scene = await openScene();
    const questions: string[] = [];
    const asked = (answer: string): CapturedOptions => ({
      ask: async (question) => {
        questions.push(question);
        return answer;
      },
    });
    const add = ['trust', 'add', scene.desk.path('site.pub'), '--name', 'alpha'];

    const no = await scene.run(add, asked('y'));
    const listed = await scene.run(['trust', 'list']);
    const yes = await scene.run(add, asked('yes'));

    expectRefusal(no, { exit: 2, code: 'TRUST_FINGERPRINT_UNCOMPARED' });
    expectRefusal(listed, { exit: 50, code: 'TRUST_FILE_UNREADABLE' });
    expect(yes.code).toBe(0);
    expect(questions).toHaveLength(2);
    const grouped = hexOf(signer).replace(/(.{4})(?=.)/g, '$1 ');
    for (const text of [yes.stderr, yes.stdout]) {
      expect(text).toContain(`fingerprint: ${grouped}\n`);
      expect(text).toContain(`in hex:      ${hexOf(signer)}\n`);
    }
    const file = await readFile(scene.desk.path('.config/sallyport/trust.json'), 'utf8');
    expect(JSON.parse(file)).toMatchObject({ keys: [{ name: 'alpha', channels: ['default'] }] });
  });

  it('wants the fingerprint without a terminal, and the right one', async () => {
    await using scene = await openScene();
    const add = ['trust', 'add', scene.desk.path('site.pub'), '--name', 'alpha'];
    const wrong = [...add, '--fingerprint', hexOf(testSigner())];
    const spoken = hexOf(signer)
      .toUpperCase()
      .replace(/(.{2})(?=.)/g, '$1:');

    expectRefusal(await scene.run(add), { exit: 2, code: 'TRUST_FINGERPRINT_UNCOMPARED' });
    expectRefusal(await scene.run(wrong), { exit: 31, code: 'TRUST_FINGERPRINT_WRONG' });
    expect(await scene.run([...add, '--fingerprint', spoken])).toMatchObject({ code: 0 });
    expectRefusal(await scene.add(), { exit: 2, code: 'TRUST_KEY_EXISTS' });
  });

  it('does not take the fingerprint, or another decision, from the environment', async () => {
    await using scene = await openScene();
    const env = { SALLYPORT_FINGERPRINT: hexOf(signer), SALLYPORT_THRESHOLD: '1' };
    const add = ['trust', 'add', scene.desk.path('site.pub'), '--name', 'alpha'];
    expectRefusal(await scene.run(add, { env }), { exit: 2, code: 'TRUST_FINGERPRINT_UNCOMPARED' });
    await scene.add();
    expectRefusal(await scene.run(['trust', 'set'], { env }), { exit: 2, code: 'USAGE_INVALID' });
  });

  it('refuses a private key, and limits that cannot be', async () => {
    await using scene = await openScene();
    const key = ['trust', 'add', scene.desk.key, '--name', 'alpha'];
    expectRefusal(await scene.run(key), { exit: 31, code: 'KEY_WRONG_KIND' });
    for (const more of [
      ['--channel', 'NOT A CHANNEL'],
      ['--channel', 'a', '--channel', 'a'],
      ['--not-after', 'tomorrow'],
      ['--name', 'a b'],
    ]) {
      expectRefusal(await scene.add(...more), { exit: 2, code: 'USAGE_INVALID' });
    }
    const dates = ['--not-before', '2027-01-01', '--not-after', '2026-01-01'];
    expectRefusal(await scene.add(...dates), { exit: 31, code: 'TRUST_FILE_INVALID' });
  });

  it.each<[string, (desk: Desk) => CapturedOptions, string]>([
    [
      'XDG_CONFIG_HOME',
      (desk) => ({ env: { XDG_CONFIG_HOME: desk.path('xdg') } }),
      'xdg/sallyport/trust.json',
    ],
    ['SALLYPORT_TRUST', (desk) => ({ env: { SALLYPORT_TRUST: desk.path('my.json') } }), 'my.json'],
    [
      'the home folder',
      () => ({ env: { XDG_CONFIG_HOME: 'relative' } }),
      '.config/sallyport/trust.json',
    ],
  ])('keeps the file where %s says', async (_what, options, place) => {
    await using scene = await openScene();
    const { desk } = scene;
    await scene.run(
      ['trust', 'add', desk.path('site.pub'), '--name', 'alpha', '--fingerprint', hexOf(signer)],
      options(desk),
    );
    await expect(readFile(desk.path(place), 'utf8')).resolves.toContain('"alpha"');
    const listed = await scene.run(['trust', 'list', '--json'], options(desk));
    expect(JSON.parse(listed.stdout)).toMatchObject({ trustFile: desk.path(place) });
  });
});

describeWith(['openssl', 'sha256sum'], 'reading out a fingerprint', () => {
  it('is the one that openssl gives', async () => {
    await using scene = await openScene();
    const pipe = `openssl pkey -pubin -in ${scene.desk.path('site.pub')} -outform DER | sha256sum`;
    const { stdout } = await runProgram('sh', ['-c', pipe]);
    const [hex = ''] = stdout.split(' ');
    const added = await scene.run([
      ...['trust', 'add', scene.desk.path('site.pub'), '--name', 'a', '--fingerprint', hex],
    ]);
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`in hex:      ${hex}\n`),
    });
  });
});

describe('changing the trust file', () => {
  it('lists keys with what they are worth today', async () => {
    await using scene = await openScene();
    const other = testSigner();
    await writeFile(scene.desk.path('other.pub'), other.publicKeyPem);
    await scene.add('--not-after', '2026-01-03', '--channel', 'nightly');
    await scene.run([
      ...['trust', 'add', scene.desk.path('other.pub'), '--name', 'beta'],
      ...['--fingerprint', hexOf(other), '--not-before', '2026-01-03T00:00:01Z'],
    ]);
    await scene.run(['trust', 'revoke', 'beta', '--reason', 'stolen']);

    const { stdout } = await scene.run(['trust', 'list', '--json']);
    const text = (await scene.run(['trust', 'list'])).stdout;

    expect(JSON.parse(stdout)).toMatchObject({
      threshold: 1,
      keys: [
        { name: 'alpha', state: 'expired', channels: ['nightly'], fingerprint: hexOf(signer) },
        { name: 'beta', state: 'revoked', revoked: { reason: 'stolen' } },
      ],
    });
    expect(text).toContain('key:         alpha: expired\n');
    expect(text).toContain('revoked:     2026-01-03T00:00:00Z, stolen\n');
  });

  it('warns when too few keys are left, and still takes them away', async () => {
    await using scene = await openScene();
    await scene.add();
    const revoked = await scene.run(['trust', 'revoke', 'alpha', '--reason', 'stolen']);
    const removed = await scene.run(['trust', 'remove', 'alpha']);
    const again = await scene.run(['trust', 'remove', 'alpha']);
    for (const run of [revoked, removed]) {
      expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('0 keys are left') });
    }
    expectRefusal(again, { exit: 2, code: 'TRUST_KEY_UNKNOWN' });
    const { desk } = scene;
    expectRefusal(await scene.run(['verify', desk.path('b.tar')]), {
      exit: 31,
      code: 'TRUST_EMPTY',
    });
  });

  it('sets rules and takes them away', async () => {
    await using scene = await openScene();
    await scene.add();
    const rules = async (...more: readonly string[]) =>
      JSON.parse((await scene.run(['trust', 'set', '--json', ...more])).stdout) as object;

    expect(
      await rules(
        ...['--max-age-days', '30', '--require-expires', 'yes', '--site', 'plant 7'],
        ...[
          '--source-host',
          'ghcr.io',
          '--source-host',
          'a:5000',
          '--minimum-sequence',
          'default=5',
        ],
      ),
    ).toMatchObject({
      maxAgeDays: 30,
      requireExpires: true,
      site: 'plant 7',
      sourceHosts: ['a:5000', 'ghcr.io'],
      minimumSequence: { default: 5 },
    });
    expect(await rules('--clear', 'max-age-days', '--minimum-sequence', 'default=0')).toMatchObject(
      {
        site: 'plant 7',
        minimumSequence: {},
      },
    );
    expect(await rules('--require-expires', 'no')).not.toHaveProperty('maxAgeDays');
    const run = (...more: readonly string[]) => scene.run(['trust', 'set', ...more]);
    expectRefusal(await run('--threshold', '2'), { exit: 31, code: 'TRUST_THRESHOLD' });
    expectRefusal(await run(), { exit: 2, code: 'USAGE_INVALID' });
    expectRefusal(await run('--minimum-sequence', 'five'), { exit: 2, code: 'USAGE_INVALID' });
  });
});

describe('importing by a trust file', () => {
  it('wants to know that it is the first import', async () => {
    await using scene = await openScene();
    await scene.add();
    const bundle = await scene.bundle();
    const before = scene.registry.requests.length;
    expectRefusal(await scene.run(importing(bundle, scene)), { exit: 31, code: 'STATE_MISSING' });
    expect(scene.registry.requests).toHaveLength(before);
    const first = await scene.run(importing(bundle, scene, '--first-import'));
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('this is the first') });
  });

  it('takes a lowest sequence for that word', async () => {
    await using scene = await openScene();
    await scene.add();
    await scene.run(['trust', 'set', '--minimum-sequence', 'default=9']);
    const old = await scene.run(importing(await scene.bundle({ sequence: 8 }), scene));
    const newer = await scene.run(importing(await scene.bundle({ sequence: 9 }), scene));
    expectRefusal(old, { exit: 31, code: 'POLICY_SEQUENCE_TOO_LOW' });
    expect(newer.code).toBe(0);
  });

  it.each<[string, readonly (readonly string[])[], Partial<HandmadeList>, string]>([
    ['a revoked key', [['revoke', 'alpha', '--reason', 'stolen']], {}, 'POLICY_KEY_REVOKED'],
    ['a channel that the key may not sign for', [], { channel: 'nightly' }, 'POLICY_KEY_CHANNEL'],
    ['another site', [['set', '--site', 'here']], { audience: ['there'] }, 'POLICY_AUDIENCE'],
    ['another source', [['set', '--source-host', 'ghcr.io']], {}, 'POLICY_SOURCE_HOST'],
    [
      'a bundle that never expires',
      [['set', '--require-expires', 'yes']],
      {},
      'POLICY_EXPIRES_MISSING',
    ],
    ['a bundle that has expired', [], { expires: '2026-01-03T00:00:00Z' }, 'POLICY_EXPIRED'],
    [
      'a bundle from the future',
      [],
      { created: '2026-01-05T00:00:00Z' },
      'POLICY_CREATED_IN_FUTURE',
    ],
    [
      'an old bundle',
      [['set', '--max-age-days', '1']],
      { created: '2026-01-01T00:00:00Z' },
      'POLICY_TOO_OLD',
    ],
    ['a sequence out of this world', [], { sequence: 2 ** 53 - 1 }, 'POLICY_SEQUENCE_AHEAD'],
  ])('refuses %s, and pushes nothing', async (_what, changes, list, code) => {
    await using scene = await openScene();
    await scene.add();
    for (const change of changes) await scene.run(['trust', ...change]);
    const bundle = await scene.bundle(list);
    const before = scene.registry.requests.length;
    for (const args of [
      importing(bundle, scene, '--first-import'),
      ['verify', bundle],
      ['inspect', bundle],
      ['serve', bundle, '--listen', '127.0.0.1:0'],
    ]) {
      expectRefusal(await scene.run(args), { exit: 31, code });
    }
    expect(scene.registry.requests).toHaveLength(before);
  });

  it('counts the key again after its rotation, with a note about the old one', async () => {
    await using scene = await openScene();
    const other = testSigner();
    await writeFile(scene.desk.path('other.pub'), other.publicKeyPem);
    await scene.add('--not-after', '2026-01-01');
    await scene.run([
      ...['trust', 'add', scene.desk.path('other.pub'), '--name', 'beta'],
      ...['--fingerprint', hexOf(other)],
    ]);
    const bundle = await scene.bundle({}, [signer, other]);
    const verified = await scene.run(['verify', bundle, '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      notes: expect.arrayContaining([expect.stringContaining('the key alpha')]),
    });
    const onlyOld = await scene.bundle({}, [signer]);
    expectRefusal(await scene.run(['verify', onlyOld]), { exit: 31, code: 'POLICY_KEY_EXPIRED' });
  });

  it('refuses when no key can count, before the bundle is looked at', async () => {
    await using scene = await openScene();
    await scene.add();
    await scene.run(['trust', 'revoke', 'alpha', '--reason', 'stolen']);
    const verify = await scene.run(['verify', '/nonexistent/b.tar']);
    expectRefusal(verify, { exit: 31, code: 'POLICY_KEY_REVOKED' });
  });

  it('refuses a file that others may write, before the bundle is looked at', async () => {
    await using scene = await openScene();
    await scene.add();
    await chmod(scene.desk.path('.config/sallyport/trust.json'), 0o646);
    const verify = await scene.run(['verify', '/nonexistent/b.tar']);
    expectRefusal(verify, { exit: 31, code: 'TRUST_FILE_PERMISSIONS' });
  });

  it('refuses both a key and a trust file, but not a key where a file only lies there', async () => {
    await using scene = await openScene();
    await scene.add();
    const bundle = await scene.bundle();
    const { desk } = scene;
    const byKey = ['verify', bundle, '--key', desk.path('site.pub')];
    const file = desk.path('.config/sallyport/trust.json');
    const both = await scene.run([...byKey, '--trust', file]);
    const byEnv = await scene.run(byKey, { env: { SALLYPORT_TRUST: file } });
    const threshold = await scene.run(['verify', bundle, '--threshold', '1']);
    const key = await scene.run(byKey);
    for (const run of [both, byEnv, threshold]) {
      expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
    }
    expect(key).toMatchObject({ code: 0, stderr: expect.stringContaining('are not used') });
  });

  it('says why a stranger cannot be looked at by a trust file that is a folder', async () => {
    await using scene = await openScene();
    await mkdir(scene.desk.path('trust.json'), { mode: 0o700 });
    const inspect = ['inspect', await scene.bundle(), '--trust', scene.desk.path('trust.json')];
    expectRefusal(await scene.run(inspect), { exit: 50, code: 'TRUST_FILE_UNREADABLE' });
  });
});
