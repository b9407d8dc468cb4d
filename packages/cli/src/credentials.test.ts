import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  openDesk,
  startDockerRegistry,
  startRegistry,
  tinyImage,
  type CapturedRun,
  type Desk,
  type TestRegistry,
} from '@sallyport/testing';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RegistryClient } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));
const user = 'test-user';
const password = 'test-password-that-stays-secret';

async function loggedIn(desk: Desk, host: string, file = '.docker/config.json'): Promise<void> {
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  await mkdir(dirname(desk.path(file)), { recursive: true });
  await writeFile(desk.path(file), JSON.stringify({ auths: { [host]: { auth } } }));
}

function exportFrom(desk: Desk, host: string, ...flags: readonly string[]) {
  const output = desk.path('b.tar');
  return desk.run(['export', `${host}/app:1`, '--output', output, '--key', desk.key, ...flags]);
}

async function expectSecret(desk: Desk, ...runs: readonly CapturedRun[]): Promise<void> {
  const bundle = await readFile(desk.path('b.tar')).catch(() => Buffer.alloc(0));
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  for (const { stdoutBytes, stderr } of runs) {
    const said = [stdoutBytes, Buffer.from(stderr), bundle].map((each) => each.toString('latin1'));
    for (const secret of [password, auth, 'test-token-']) expect(said.join()).not.toContain(secret);
  }
}

type Lock = (registry: TestRegistry) => void;

const locks: readonly [what: string, lock: Lock][] = [
  [
    'basic',
    (registry) => {
      registry.requiresBasic(user, password);
    },
  ],
  [
    'token',
    (registry) => {
      registry.requiresToken({ user, password });
    },
  ],
];

describe('logging in to a registry', () => {
  it.each(locks)("takes the password from Docker's config.json: %s", async (_what, lock) => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    lock(registry);
    await loggedIn(desk, registry.host);

    const exported = await exportFrom(desk, registry.host);
    const to = `${registry.host}/copy`;
    const imported = await desk.run(['import', desk.path('b.tar'), to, '--key', desk.pub]);

    expect([exported.code, imported.code]).toEqual([0, 0]);
    await expectSecret(desk, exported, imported);
  });

  it.each(locks)('says so when the password is wrong: %s', async (_what, lock) => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    await exportFrom(desk, registry.host);
    const before = registry.requests.length;
    lock(registry);
    const auth = Buffer.from(`${user}:${password}-not`).toString('base64');
    const config = { auths: { [registry.host]: { auth } } };
    await mkdir(desk.path('.docker'));
    await writeFile(desk.path('.docker/config.json'), JSON.stringify(config));

    const to = `${registry.host}/copy`;
    const imported = await desk.run(['import', desk.path('b.tar'), to, '--key', desk.pub]);
    await rm(desk.path('b.tar'));
    const exported = await exportFrom(desk, registry.host);

    for (const run of [imported, exported]) {
      expectRefusal(run, { exit: 40, code: 'REGISTRY_UNAUTHORIZED' });
      expect(run.stderr + run.stdout).not.toContain(password);
      expect(run.stderr).not.toContain(auth);
    }
    const accepted = registry.requests.slice(before).filter(({ status }) => status < 300);
    expect(accepted).toEqual([]);
  });

  it('gets a token without a password where anybody may read', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    registry.requiresToken();

    const run = await exportFrom(desk, registry.host);

    expect(run).toMatchObject({ code: 0 });
    await expectSecret(desk, run);
  });

  it('reads the credentials file that is named, and complains when it is not there', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    registry.requiresBasic(user, password);
    await loggedIn(desk, registry.host, 'desk.auth');

    const missing = await exportFrom(desk, registry.host, '--docker-config', desk.path('none'));
    const named = await exportFrom(desk, registry.host, '--docker-config', desk.path('desk.auth'));

    expectRefusal(missing, { exit: 2, code: 'CREDENTIALS_INVALID' });
    expect(named).toMatchObject({ code: 0 });
  });

  it('complains of a file that is not there although nobody asks for what is in it', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');

    const run = await exportFrom(desk, registry.host, '--docker-config', desk.path('none'));

    expectRefusal(run, { exit: 2, code: 'CREDENTIALS_INVALID' });
    expect(registry.requests).toEqual([]);
  });

  it('sends the password of one registry to no other', async () => {
    await using registry = await startRegistry();
    await using storage = await startRegistry(registry.store);
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    registry.requiresBasic(user, password);
    registry.redirectsBlobsTo(storage);
    await loggedIn(desk, registry.host);

    const run = await exportFrom(desk, registry.host);

    expect(run).toMatchObject({ code: 0 });
    expect(storage.requests.length).toBeGreaterThan(0);
    for (const { headers } of storage.requests) expect(headers.authorization).toBeUndefined();
  });
});

describeWith(['docker-registry', 'htpasswd'], 'logging in to the reference registry', () => {
  it('exports and imports with htpasswd', async () => {
    await using registry = await startDockerRegistry({ htpasswd: { user, password } });
    await using desk = await newDesk();
    await loggedIn(desk, registry.host);
    const credentials = () => Promise.resolve({ username: user, password });
    await using client = new RegistryClient({ credentials });
    const image = await tinyImage();
    await image.pushTo(client.repository(registry.host, 'app'), '1');

    const exported = await exportFrom(desk, registry.host);
    const to = `${registry.host}/copy`;
    const imported = await desk.run(['import', desk.path('b.tar'), to, '--key', desk.pub]);

    expect([exported.code, imported.code]).toEqual([0, 0]);
    await expectSecret(desk, exported, imported);
    const root = await client.repository(registry.host, 'copy/app').resolve('1');
    expect(root.digest).toBe(image.root.digest);
  });
});
