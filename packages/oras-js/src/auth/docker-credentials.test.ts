/** Credentials from the files, helpers and variables that people have. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tempDir, type TempDir } from '@sallyport/testing';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dockerCredentials } from './docker-credentials.js';

const auth = (pair: string) => Buffer.from(pair).toString('base64');
let home: TempDir;

beforeEach(async () => {
  home = await tempDir();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

async function put(path: string, value: unknown): Promise<string> {
  const file = join(home.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

function find(host: string, env: Record<string, string> = {}, repository?: string) {
  const source = dockerCredentials({ env, homeDirectory: home.path });
  return source(host, { repository });
}

describe('finding credentials in Docker’s file', () => {
  for (const key of [
    'r.test:5000',
    'https://r.test:5000',
    'http://r.test:5000',
    'https://r.test:5000/v1/',
    'https://r.test:5000/v2/',
    'R.test:5000',
  ]) {
    it(`knows the registry as ${key}`, async () => {
      await put('.docker/config.json', { auths: { [key]: { auth: auth('alice:secret') } } });
      expect(await find('r.test:5000')).toEqual({ username: 'alice', password: 'secret' });
      expect(await find('r.test')).toBeUndefined();
      expect(await find('r.test:5001')).toBeUndefined();
    });
  }

  it('knows Docker Hub by its own name', async () => {
    await put('.docker/config.json', {
      auths: { 'https://index.docker.io/v1/': { auth: auth('a:b') } },
    });
    expect(await find('docker.io')).toEqual({ username: 'a', password: 'b' });
  });

  it('takes the longest name for a repository', async () => {
    const entry = (name: string) => ({ auth: auth(`${name}:x`) });
    await put('.docker/config.json', {
      auths: {
        'r.test': entry('all'),
        'r.test/team': entry('team'),
        'r.test/team/app': entry('app'),
      },
    });
    expect((await find('r.test', {}, 'team/app/x'))?.username).toBe('app');
    expect((await find('r.test', {}, 'team/application'))?.username).toBe('team');
    expect((await find('r.test', {}, 'teams'))?.username).toBe('all');
    expect((await find('r.test'))?.username).toBe('all');
  });

  it('leaves every character of a password as it is', async () => {
    await put('.docker/config.json', { auths: { 'r.test': { auth: auth('a:b:c ü"\n') } } });
    expect(await find('r.test')).toEqual({ username: 'a', password: 'b:c ü"\n' });
  });

  it('reads all kinds of entries', async () => {
    await put('.docker/config.json', {
      auths: {
        'plain.test': { username: 'a', password: 'b' },
        'refresh.test': { auth: auth('x:'), identitytoken: 'refresh' },
        'token.test': { registrytoken: 'token' },
        'empty.test': {},
      },
    });
    expect(await find('plain.test')).toEqual({ username: 'a', password: 'b' });
    expect(await find('refresh.test')).toMatchObject({ identityToken: 'refresh' });
    expect(await find('token.test')).toMatchObject({ registryToken: 'token' });
    expect(await find('empty.test')).toBeUndefined();
  });

  for (const [what, text] of [
    ['an empty file', ''],
    ['white space', ' \n\t'],
    ['an empty object', '{}'],
    ['a byte order mark', '\ufeff{"auths":{}}'],
  ] as const) {
    it(`takes ${what} for no credentials`, async () => {
      await put('.docker/config.json', text);
      expect(await find('r.test')).toBeUndefined();
    });
  }

  for (const [what, text] of [
    ['broken JSON', '{"auths":{"r.test":{"auth":"c2VjcmV0"'],
    ['something else', '{"auths":["c2VjcmV0"]}'],
    ['an entry without a colon', `{"auths":{"r.test":{"auth":"${auth('c2VjcmV0')}"}}}`],
  ] as const) {
    it(`names the file and nothing in it for ${what}`, async () => {
      const file = await put('.docker/config.json', text);
      const error: unknown = await find('r.test').catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'CREDENTIALS_INVALID',
        message: expect.stringContaining(file),
      });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('c2VjcmV0');
    });
  }
});

describe('looking in the right places', () => {
  const entry = (name: string) => ({ auths: { 'r.test': { auth: auth(`${name}:x`) } } });

  it('goes from the most wanted to the usual', async () => {
    const env: Record<string, string> = {
      DOCKER_CONFIG: join(home.path, 'docker'),
      REGISTRY_AUTH_FILE: join(home.path, 'auth-file'),
      XDG_RUNTIME_DIR: join(home.path, 'run'),
    };
    const found: (string | undefined)[] = [];
    for (const [path, name] of [
      ['.docker/config.json', 'docker'],
      ['.config/containers/auth.json', 'podman'],
      ['run/containers/auth.json', 'runtime'],
      ['auth-file', 'named'],
      ['docker/config.json', 'chosen'],
    ] as const) {
      await put(path, entry(name));
      found.push((await find('r.test', env))?.username);
    }
    const job = { CI_REGISTRY: 'r.test', CI_REGISTRY_USER: 'job', CI_REGISTRY_PASSWORD: 'x' };
    found.push((await find('r.test', { ...env, ...job }))?.username);
    expect(found).toEqual(['docker', 'podman', 'runtime', 'named', 'chosen', 'job']);
  });

  it('gives the variables of a GitLab job to its own registry only', async () => {
    const env = { CI_REGISTRY: 'r.test:5050', CI_REGISTRY_USER: 'job', CI_REGISTRY_PASSWORD: 'x' };
    expect(await find('r.test:5050', env)).toEqual({ username: 'job', password: 'x' });
    expect(await find('r.test', env)).toBeUndefined();
    expect(await find('r.test:5050', { ...env, CI_REGISTRY_PASSWORD: '' })).toBeUndefined();
  });

  it('asks a named file first, and wants it to be there', async () => {
    const configFile = await put('named.json', entry('named'));
    const env = { CI_REGISTRY: 'r.test', CI_REGISTRY_USER: 'job', CI_REGISTRY_PASSWORD: 'x' };
    const options = { env, homeDirectory: home.path };
    expect((await dockerCredentials({ ...options, configFile })('r.test'))?.username).toBe('named');
    const missing = dockerCredentials({ ...options, configFile: `${configFile}.not` });
    await expect(missing('r.test')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });
});

describe('asking a credential helper', () => {
  /** A helper that notes what it was asked and runs `script`. */
  async function helper(name: string, script: string): Promise<Record<string, string>> {
    const file = await put(
      `bin/docker-credential-${name}`,
      `#!/bin/sh\n[ "$1" = get ] || exit 9\n${script}\n`,
    );
    await chmod(file, 0o755);
    return { PATH: `${dirname(file)}:/usr/bin:/bin` };
  }

  it('gives it the host and takes what it says', async () => {
    const env = await helper(
      'tester',
      String.raw`printf '{"ServerURL":"x","Username":"u","Secret":"for %s"}' "$(cat)"`,
    );
    await put('.docker/config.json', { credHelpers: { 'r.test': 'tester' } });
    expect(await find('r.test', env)).toEqual({ username: 'u', password: 'for r.test' });
  });

  it('asks the store for Docker Hub by its old name, before the entries', async () => {
    const env = await helper(
      'tester',
      String.raw`printf '{"Username":"<token>","Secret":"for %s"}' "$(cat)"`,
    );
    await put('.docker/config.json', {
      credsStore: 'tester',
      auths: { 'docker.io': { auth: auth('a:b') } },
    });
    expect(await find('docker.io', env)).toMatchObject({
      identityToken: 'for https://index.docker.io/v1/',
    });
  });

  it('takes the entry when the store has nothing', async () => {
    const env = await helper('tester', "echo 'credentials not found in native keychain'; exit 1");
    await put('.docker/config.json', {
      credsStore: 'tester',
      auths: { 'r.test': { auth: auth('a:b') } },
    });
    expect(await find('r.test', env)).toEqual({ username: 'a', password: 'b' });
  });

  for (const [what, script] of [
    ['fails', 'echo c2VjcmV0; exit 1'],
    ['says something else', 'echo c2VjcmV0'],
    ['says too much', 'echo c2VjcmV0; yes'],
  ] as const) {
    it(`does not repeat what one says that ${what}`, async () => {
      const env = await helper('tester', script);
      await put('.docker/config.json', { credsStore: 'tester' });
      const error: unknown = await find('r.test', env).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID' });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('c2VjcmV0');
    });
  }

  for (const name of ['../evil', 'a b', 'a;b', 'a\\b', '']) {
    it(`does not start the helper ${JSON.stringify(name)}`, async () => {
      await put('.docker/config.json', { credHelpers: { 'r.test': name } });
      await expect(find('r.test')).rejects.toThrow(/in the name of a helper/);
    });
  }

  it('says which helper is missing', async () => {
    await put('.docker/config.json', { credHelpers: { 'r.test': 'absent' } });
    await expect(find('r.test')).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      hint: expect.stringContaining('docker-credential-absent'),
    });
  });

  it('stops with the reason of an abort', async () => {
    const env = await helper('tester', 'exec sleep 600');
    await put('.docker/config.json', { credsStore: 'tester' });
    const stop = new AbortController();
    const source = dockerCredentials({ env, homeDirectory: home.path });
    const asking = source('r.test', { signal: stop.signal });
    const reason = new Error('enough');
    setImmediate(() => {
      stop.abort(reason);
    });
    await expect(asking).rejects.toBe(reason);
  });
});
