/** Credentials from the files and variables that people have. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CredentialHome, encodedLogin } from '@sallyport/testing';
import { join } from 'node:path';
import { dockerCredentials } from './docker-credentials.js';

let home: CredentialHome;

beforeEach(async () => {
  home = await CredentialHome.open();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

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
      await home.put('.docker/config.json', {
        auths: { [key]: { auth: encodedLogin('alice:secret') } },
      });
      expect(await home.find('r.test:5000')).toEqual({ username: 'alice', password: 'secret' });
      expect(await home.find('r.test')).toBeUndefined();
      expect(await home.find('r.test:5001')).toBeUndefined();
    });
  }

  it('knows Docker Hub by its own name', async () => {
    await home.put('.docker/config.json', {
      auths: { 'https://index.docker.io/v1/': { auth: encodedLogin('a:b') } },
    });
    expect(await home.find('docker.io')).toEqual({ username: 'a', password: 'b' });
  });

  it('takes the longest name for a repository', async () => {
    const entry = (name: string) => ({ auth: encodedLogin(`${name}:x`) });
    await home.put('.docker/config.json', {
      auths: {
        'r.test': entry('all'),
        'r.test/team': entry('team'),
        'r.test/team/app': entry('app'),
      },
    });
    expect((await home.find('r.test', {}, 'team/app/x'))?.username).toBe('app');
    expect((await home.find('r.test', {}, 'team/application'))?.username).toBe('team');
    expect((await home.find('r.test', {}, 'teams'))?.username).toBe('all');
    expect((await home.find('r.test'))?.username).toBe('all');
  });

  it('leaves every character of a password as it is', async () => {
    await home.put('.docker/config.json', {
      auths: { 'r.test': { auth: encodedLogin('a:b:c ü"\n') } },
    });
    expect(await home.find('r.test')).toEqual({ username: 'a', password: 'b:c ü"\n' });
  });

  it('reads all kinds of entries', async () => {
    await home.put('.docker/config.json', {
      auths: {
        'plain.test': { username: 'a', password: 'b' },
        'refresh.test': { auth: encodedLogin('x:'), identitytoken: 'refresh' },
        'token.test': { registrytoken: 'token' },
        'empty.test': {},
      },
    });
    expect(await home.find('plain.test')).toEqual({ username: 'a', password: 'b' });
    expect(await home.find('refresh.test')).toMatchObject({ identityToken: 'refresh' });
    expect(await home.find('token.test')).toMatchObject({ registryToken: 'token' });
    expect(await home.find('empty.test')).toBeUndefined();
  });

  for (const [what, text] of [
    ['an empty file', ''],
    ['white space', ' \n\t'],
    ['an empty object', '{}'],
    ['a byte order mark', '\ufeff{"auths":{}}'],
  ] as const) {
    it(`takes ${what} for no credentials`, async () => {
      await home.put('.docker/config.json', text);
      expect(await home.find('r.test')).toBeUndefined();
    });
  }

  for (const [what, text] of [
    ['broken JSON', '{"auths":{"r.test":{"auth":"c2VjcmV0"'],
    ['something else', '{"auths":["c2VjcmV0"]}'],
    ['a user name with a colon', '{"auths":{"r.test":{"username":"c2VjcmV0:","password":"x"}}}'],
    ['an entry without a colon', `{"auths":{"r.test":{"auth":"${encodedLogin('c2VjcmV0')}"}}}`],
  ] as const) {
    it(`names the file and nothing in it for ${what}`, async () => {
      const file = await home.put('.docker/config.json', text);
      const error: unknown = await home.find('r.test').catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'CREDENTIALS_INVALID',
        message: expect.stringContaining(file),
      });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('c2VjcmV0');
    });
  }
});

describe('looking in the right places', () => {
  const entry = (name: string) => ({ auths: { 'r.test': { auth: encodedLogin(`${name}:x`) } } });

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
      await home.put(path, entry(name));
      found.push((await home.find('r.test', env))?.username);
    }
    const job = { CI_REGISTRY: 'r.test', CI_REGISTRY_USER: 'job', CI_REGISTRY_PASSWORD: 'x' };
    found.push((await home.find('r.test', { ...env, ...job }))?.username);
    expect(found).toEqual(['docker', 'podman', 'runtime', 'named', 'chosen', 'job']);
  });

  it('gives the variables of a GitLab job to its own registry only', async () => {
    const env = { CI_REGISTRY: 'r.test:5050', CI_REGISTRY_USER: 'job', CI_REGISTRY_PASSWORD: 'x' };
    expect(await home.find('r.test:5050', env)).toEqual({ username: 'job', password: 'x' });
    expect(await home.find('r.test', env)).toBeUndefined();
    expect(await home.find('r.test:5050', { ...env, CI_REGISTRY_PASSWORD: '' })).toBeUndefined();
  });

  it('asks a named file first, and wants it to be there', async () => {
    const configFile = await home.put('named.json', entry('named'));
    const env = { CI_REGISTRY: 'r.test', CI_REGISTRY_USER: 'job', CI_REGISTRY_PASSWORD: 'x' };
    const options = { env, homeDirectory: home.path };
    expect((await dockerCredentials({ ...options, configFile })('r.test'))?.username).toBe('named');
    const missing = dockerCredentials({ ...options, configFile: `${configFile}.not` });
    await expect(missing('r.test')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });
});
