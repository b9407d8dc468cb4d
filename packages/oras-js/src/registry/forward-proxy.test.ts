/** The reference registry through tinyproxy: what goes its way, what does not, and what it gets to see. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  startDockerRegistry,
  startTap,
  startTinyproxy,
  tempDir,
  testCertificates,
  tinyImage,
} from '@sallyport/testing';
import { readContent } from '../content/read-content.js';
import { proxyFromEnvironment } from '../http/proxy-settings.js';
import type { ClientOptions } from './client-options.js';
import { RegistryClient } from './registry-client.js';

const account = { user: 'proxyuser', password: 'proxypass' };
const image = await tinyImage();

/** This computer under a name that is not loopback to the client: loopback is never asked through a proxy. */
function namedOtherwise({ port }: { readonly port: number }): string {
  return `0.0.0.0:${port}`;
}

async function roundTrip(host: string, options: ClientOptions): Promise<void> {
  await using client = new RegistryClient({ retry: { firstWaitMs: 1 }, ...options });
  const app = client.repository(host, 'app');
  await image.pushTo(app, 'v1');
  for (const { content } of image.contents) await readContent(app, content);
}

describeWith(['docker-registry', 'tinyproxy'], 'going through tinyproxy by http', () => {
  it('asks it for every address, with its account', async () => {
    await using registry = await startDockerRegistry();
    await using proxy = await startTinyproxy({ account });
    const host = namedOtherwise(registry);
    const { user, password } = account;
    await roundTrip(host, {
      plainHttp: [host],
      proxy: proxyFromEnvironment({ HTTP_PROXY: `${user}:${password}@${proxy.host}` }),
    });
    const asked = await proxy.asked();
    expect(asked).toContain(`PUT http://${host}/v2/app/manifests/v1`);
  });

  it('asks directly what NO_PROXY names', async () => {
    await using registry = await startDockerRegistry();
    await using proxy = await startTinyproxy();
    const host = namedOtherwise(registry);
    for (const exception of ['0.0.0.0/8', '0.0.0.0', host, '*']) {
      await roundTrip(host, {
        plainHttp: [host],
        proxy: proxyFromEnvironment({ http_proxy: proxy.host, NO_PROXY: `x.test,${exception}` }),
      });
    }
    expect(await proxy.asked()).toEqual([]);
  });

  // To a wrong password tinyproxy says 401, as a registry would; in a tunnel it cannot be taken for one.
  for (const [scheme, who, login, code] of [
    ['http', 'a stranger', '', 'REGISTRY_UNREACHABLE'],
    ['https', 'a stranger', '', 'REGISTRY_UNREACHABLE'],
    ['http', 'a wrong password', 'proxyuser:wrong@', 'REGISTRY_UNAUTHORIZED'],
    ['https', 'a wrong password', 'proxyuser:wrong@', 'REGISTRY_UNREACHABLE'],
  ] as const) {
    it(`names the proxy when it refuses ${who}, on the way to ${scheme}`, async () => {
      await using proxy = await startTinyproxy({ account });
      const host = '0.0.0.0:9';
      await using client = new RegistryClient({
        plainHttp: scheme === 'http' ? [host] : [],
        proxy: proxyFromEnvironment({ ALL_PROXY: `http://${login}${proxy.host}` }),
        retry: { maxRetries: 0 },
      });
      const failure: unknown = await client.ping(host).catch((reason: unknown) => reason);
      expect(failure).toMatchObject({
        code,
        message: expect.stringContaining(`the proxy ${proxy.host}`),
        hint: expect.stringMatching(/of the proxy in its address/) as unknown,
      });
      const told = JSON.stringify(failure, Object.getOwnPropertyNames(failure));
      expect(told).not.toMatch(/proxyuser|wrong/);
    });
  }
});

const programs = ['docker-registry', 'tinyproxy', 'openssl', 'htpasswd'];
describeWith(programs, 'going through tinyproxy by https', () => {
  it('shows it where we go and nothing that we say there', async () => {
    await using folder = await tempDir();
    const { ca, server } = await testCertificates(folder.path);
    const htpasswd = { user: 'alice', password: 'test-only-secret' };
    await using registry = await startDockerRegistry({ tls: { ...server, ca }, htpasswd });
    await using proxy = await startTinyproxy();
    await using tap = await startTap(proxy.port);
    const host = namedOtherwise(registry);
    await roundTrip(host, {
      // The test's certificate is for localhost.
      insecureSkipTlsVerify: [host],
      credentials: () => Promise.resolve({ username: 'alice', password: htpasswd.password }),
      proxy: proxyFromEnvironment({ HTTPS_PROXY: `http://127.0.0.1:${tap.port}` }),
    });
    expect(new Set(await proxy.asked())).toEqual(new Set([`CONNECT ${host}`]));
    const seen = tap.passed().toString('latin1');
    expect(seen).toContain(`CONNECT ${host}`);
    const basic = Buffer.from(`alice:${htpasswd.password}`).toString('base64');
    for (const secret of [basic, htpasswd.password, 'uthorization', '/v2/app']) {
      expect(seen).not.toContain(secret);
    }
  });
});
