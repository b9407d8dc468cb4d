/** Credentials from the programs that keep them. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CredentialHome, encodedLogin } from '@sallyport/testing';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { dockerCredentials } from './docker-credentials.js';

let home: CredentialHome;

beforeEach(async () => {
  home = await CredentialHome.open();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

describe('asking a credential helper', () => {
  /** A helper that notes what it was asked and runs `script`. */
  async function helper(name: string, script: string): Promise<Record<string, string>> {
    const file = await home.put(
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
    await home.put('.docker/config.json', { credHelpers: { 'r.test': 'tester' } });
    expect(await home.find('r.test', env)).toEqual({ username: 'u', password: 'for r.test' });
  });

  it('asks the store for Docker Hub by its old name, before the entries', async () => {
    const env = await helper(
      'tester',
      String.raw`printf '{"Username":"<token>","Secret":"for %s"}' "$(cat)"`,
    );
    await home.put('.docker/config.json', {
      credsStore: 'tester',
      auths: { 'docker.io': { auth: encodedLogin('a:b') } },
    });
    expect(await home.find('docker.io', env)).toMatchObject({
      identityToken: 'for https://index.docker.io/v1/',
    });
  });

  it('takes the entry when the store has nothing', async () => {
    const env = await helper('tester', "echo 'credentials not found in native keychain'; exit 1");
    await home.put('.docker/config.json', {
      credsStore: 'tester',
      auths: { 'r.test': { auth: encodedLogin('a:b') } },
    });
    expect(await home.find('r.test', env)).toEqual({ username: 'a', password: 'b' });
  });

  for (const [what, script] of [
    ['fails', 'echo c2VjcmV0; exit 1'],
    ['says something else', 'echo c2VjcmV0'],
    ['says too much', 'echo c2VjcmV0; yes'],
  ] as const) {
    it(`does not repeat what one says that ${what}`, async () => {
      const env = await helper('tester', script);
      await home.put('.docker/config.json', { credsStore: 'tester' });
      const error: unknown = await home.find('r.test', env).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID' });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('c2VjcmV0');
    });
  }

  for (const name of ['../evil', 'a b', 'a;b', 'a\\b', '']) {
    it(`does not start the helper ${JSON.stringify(name)}`, async () => {
      await home.put('.docker/config.json', { credHelpers: { 'r.test': name } });
      await expect(home.find('r.test')).rejects.toThrow(/in the name of a helper/);
    });
  }

  it('says which helper is missing', async () => {
    await home.put('.docker/config.json', { credHelpers: { 'r.test': 'absent' } });
    await expect(home.find('r.test')).rejects.toMatchObject({
      code: 'CREDENTIALS_INVALID',
      hint: expect.stringContaining('docker-credential-absent'),
    });
  });

  it('stops with the reason of an abort', async () => {
    const env = await helper('tester', 'exec sleep 600');
    await home.put('.docker/config.json', { credsStore: 'tester' });
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
