/** What `check` says of registries of other hands, and of one behind each kind of trouble; it writes nothing that stays. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  freePort,
  openDesk,
  startDockerRegistry,
  startNginx,
  startRegistry,
  startZot,
  tempDir,
  testCertificates,
  tinyImage,
  type CapturedOptions,
  type Desk,
} from '@sallyport/testing';
import { mkdir, writeFile } from 'node:fs/promises';
import { RegistryClient } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { offlineCommands } from './commands/offline-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

interface Checked {
  readonly code: number;
  readonly stderr: string;
  readonly isReady: boolean;
  /** Of each check the state, by its name; hosts are checked under their own name. */
  readonly states: Readonly<Record<string, string>>;
  readonly found: Readonly<Record<string, string>>;
  readonly hosts: readonly { readonly host: string; readonly purposes: readonly string[] }[];
}

async function check(
  desk: Desk,
  args: readonly string[],
  options: CapturedOptions = {},
): Promise<Checked> {
  const run = await desk.run(['check', ...args, '--json', '--retries', '0'], options);
  const { checks, ...rest } = JSON.parse(run.stdout) as {
    readonly isReady: boolean;
    readonly hosts: Checked['hosts'];
    readonly checks: readonly Readonly<Record<'check' | 'state' | 'found', string>>[];
  };
  const by = (field: 'state' | 'found') =>
    Object.fromEntries(checks.map((line) => [line.check, line[field]]));
  return { ...run, ...rest, states: by('state'), found: by('found') };
}

describeWith(['docker-registry'], 'checking the reference registry', () => {
  it('finds it ready, names the one host, and leaves no repository behind', async () => {
    await using registry = await startDockerRegistry();
    await using desk = await newDesk();

    const checked = await check(desk, [`${registry.host}/namespace`]);

    expect(checked).toMatchObject({ code: 0, stderr: '', isReady: true });
    expect(checked.states).toEqual({
      reachable: 'ok',
      login: 'ok',
      path: 'ok',
      repository: 'ok',
      'push right': 'ok',
      'body size': 'ok',
      'tag rules': 'unknown',
      referrers: 'ok',
      blobs: 'unknown',
      space: 'unknown',
      TLS: 'ok',
      clock: 'ok',
      proxy: 'ok',
    });
    expect(checked.hosts).toMatchObject([{ host: '127.0.0.1', purposes: ['registry'] }]);
    const catalog = await fetch(`${registry.url}/v2/_catalog`);
    expect(await catalog.json()).toEqual({ repositories: [] });
  });

  it('prints a line for each check and the hosts to allow', async () => {
    await using registry = await startDockerRegistry();
    await using desk = await newDesk();
    const { stdout } = await desk.runWell(['check', `${registry.host}/namespace`]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => /^(?:ok|warn|fail|unknown) /.test(line))).toHaveLength(13);
    expect(lines.slice(-2)).toEqual(['hosts to allow:', `  http  ${registry.host}  registry`]);
  });

  it('tells by what TLS it is protected', async () => {
    await using folder = await tempDir();
    const { ca, server } = await testCertificates(folder.path);
    await using registry = await startDockerRegistry({ tls: { ...server, ca } });
    await using desk = await newDesk();
    const destination = `${registry.host}/namespace`;

    const trusted = await check(desk, [destination, '--ca-file', ca]);
    const untrusted = await check(desk, [destination]);

    expect(trusted.code).toBe(0);
    // Made for the tests, it ends in two days.
    expect(trusted.states['TLS']).toBe('warn');
    expect(trusted.found['TLS']).toMatch(
      /^TLSv1\.3, certificate by test authority, [12] days left$/,
    );
    expect(untrusted).toMatchObject({
      code: 2,
      states: { reachable: 'fail', 'push right': 'unknown' },
    });
  });

  it('tells where the blobs of what is there come from, and how much space is left', async () => {
    await using registry = await startDockerRegistry();
    await using desk = await newDesk();
    await using client = new RegistryClient();
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    await image.pushTo(client.repository(registry.host, 'namespace/dast'), '6');

    const checked = await check(desk, [`${registry.host}/namespace`, '--space', registry.folder]);

    expect(checked.states).toMatchObject({ blobs: 'ok', space: 'ok' });
    expect(checked.found['blobs']).toBe('come from the registry itself');
    expect(checked.found['space']).toContain('GB are free');
  });
});

describeWith(
  ['docker-registry', 'htpasswd'],
  'checking the reference registry with a login',
  () => {
    it('tells that a login is wanted, that it is wrong, and that it is taken', async () => {
      const account = { user: 'test-user', password: 'test-only' };
      await using registry = await startDockerRegistry({ htpasswd: account });
      await using desk = await newDesk();
      const logIn = async (password: string) => {
        const auth = Buffer.from(`${account.user}:${password}`).toString('base64');
        await mkdir(desk.path('.docker'), { recursive: true });
        const auths = { [registry.host]: { auth } };
        await writeFile(desk.path('.docker/config.json'), JSON.stringify({ auths }));
      };
      const destination = [`${registry.host}/namespace`];

      const without = await check(desk, destination);
      await logIn('test-only-wrong');
      const wrong = await check(desk, destination);
      await logIn(account.password);
      const right = await check(desk, destination);

      expect([without.code, wrong.code, right.code]).toEqual([40, 40, 0]);
      expect([without, wrong, right].map(({ states }) => states['login'])).toEqual([
        'fail',
        'fail',
        'ok',
      ]);
      expect(without.states['body size']).toBe('unknown');
      expect(without.stderr.match(/^error: /gm)).toHaveLength(1);
    });
  },
);

describeWith(
  ['docker-registry', 'nginx'],
  'checking a registry behind a proxy with a limit',
  () => {
    it.each([
      ['1m', 'warn', '413', 0],
      ['100k', 'fail', '413', 41],
      ['64m', 'ok', 'are taken', 0],
    ])('finds out a limit of %s: %s', async (limit, state, found, code) => {
      await using registry = await startDockerRegistry();
      await using nginx = await startNginx({
        upstream: registry.url,
        settings: { client_max_body_size: limit },
      });
      await using desk = await newDesk();

      const checked = await check(desk, [`${nginx.host}/namespace`]);

      expect(checked.code).toBe(code);
      expect(checked.states['body size']).toBe(state);
      expect(checked.found['body size']).toContain(found);
    });
  },
);

describeWith(['zot'], 'checking zot', () => {
  it('finds that it lists referrers itself', async () => {
    await using zot = await startZot();
    await using desk = await newDesk();
    await using client = new RegistryClient();
    await (await tinyImage()).pushTo(client.repository(zot.host, 'namespace/dast'), '6');
    const checked = await check(desk, [`${zot.host}/namespace`]);
    expect(checked).toMatchObject({ code: 0, found: { referrers: 'listed by the registry' } });
  });
});

describeWith([], 'checking what cannot be used', () => {
  it('tells that nobody answers, and asks no further', async () => {
    await using desk = await newDesk();
    const checked = await check(desk, [`127.0.0.1:${await freePort()}/namespace`]);
    expect(checked).toMatchObject({ code: 20, isReady: false });
    expect(checked.states).toMatchObject({ reachable: 'fail', login: 'unknown', TLS: 'unknown' });
  });

  it('tells that something else answers', async () => {
    await using registry = await startRegistry();
    registry.answers(200, { body: '<html>hello</html>', headers: { 'Content-Type': 'text/html' } });
    await using desk = await newDesk();
    expect(await check(desk, [`${registry.host}/namespace`])).toMatchObject({
      code: 2,
      states: { reachable: 'fail' },
    });
  });

  it.each([
    ['a minute off', 60_000, 'warn', 0],
    ['ten minutes ahead', 600_000, 'fail', 2],
    ['ten minutes behind', -600_000, 'fail', 2],
    ['a second off', 1_000, 'ok', 0],
  ])('tells of a clock that is %s', async (_what, offMs, state, code) => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const now = () => new Date(Date.now() - offMs);
    const checked = await check(desk, [`${registry.host}/namespace`], { now });
    expect([checked.states['clock'], checked.code]).toEqual([state, code]);
  });

  it.each([
    ['nothing at all', []],
    ['no registry', ['https://registry.example.com/x']],
    ['no image', ['--source', 'UPPER']],
    ['a path that is none', ['127.0.0.1:1/x', '--image', '../y']],
  ])('refuses %s', async (_what, args) => {
    await using desk = await newDesk();
    const run = await desk.run(['check', ...args]);
    expectRefusal(run, {
      exit: 2,
      code: ['USAGE_INVALID', 'IMPORT_DESTINATION_INVALID', 'REFERENCE_INVALID'],
    });
  });

  it('tells that there is no such folder', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const checked = await check(desk, [registry.host, '--space', desk.path('nowhere')]);
    expect(checked).toMatchObject({ code: 50, states: { space: 'fail' } });
  });

  it('is a command of the offline side, too', async () => {
    await using registry = await startRegistry();
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', args[0] === 'keygen' ? allCommands : offlineCommands, args, world),
    );
    expect(await check(desk, [registry.host])).toMatchObject({ code: 0 });
  });
});
