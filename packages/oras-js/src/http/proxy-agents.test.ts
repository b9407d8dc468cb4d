/** The way through a proxy: what it gets to see, and whose words its refusals are. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  describeWith,
  freePort,
  reply,
  startHandmadeProxy,
  startLoopbackServer,
  startSilentServer,
  tempDir,
  testPems,
  type TestPems,
} from '@sallyport/testing';
import { RegistryClient } from '../registry/registry-client.js';

describeWith(['openssl'], 'going through a proxy', () => {
  let pems: TestPems;
  beforeAll(async () => {
    await using folder = await tempDir();
    pems = await testPems(folder.path);
  });

  it('tunnels https, trusts the registry’s authority and shows it the client certificate', async () => {
    const tls = { ...pems.server, ca: pems.ca, requestCert: true };
    await using server = await startLoopbackServer((_, response) => {
      reply(response, 200);
    }, tls);
    await using proxy = await startHandmadeProxy({ targetPort: server.port });
    await using client = new RegistryClient({
      ca: pems.ca,
      clientCertificate: pems.client,
      proxy: { httpsProxy: proxy.url('alice:p%40ss@') },
      // The test's certificate is for localhost, which is never asked through a proxy.
      insecureSkipTlsVerify: ['registry.test:5000'],
      retry: { maxRetries: 0 },
    });
    for (let round = 0; round < 3; round += 1) await client.ping('registry.test:5000');
    const basic = Buffer.from('alice:p@ss').toString('base64');
    expect(proxy.asked).toEqual([`CONNECT registry.test:5000 Basic ${basic}`]);
    expect(server.seen).toHaveLength(3);
  });

  it('does not trust the certificate of another name because there is a proxy', async () => {
    await using server = await startLoopbackServer((_, response) => {
      reply(response, 200);
    }, pems.server);
    await using proxy = await startHandmadeProxy({ targetPort: server.port });
    await using client = new RegistryClient({
      ca: pems.ca,
      proxy: { httpsProxy: proxy.url() },
      retry: { maxRetries: 0 },
    });
    await expect(client.ping('registry.test:5000')).rejects.toMatchObject({ code: 'REGISTRY_TLS' });
  });
});

describe('going through a proxy to a registry without TLS', () => {
  it('asks it for the whole address, over a connection for each request', async () => {
    await using proxy = await startHandmadeProxy();
    await using client = new RegistryClient({
      plainHttp: ['registry.test:5000'],
      proxy: { httpProxy: proxy.url() },
    });
    for (let round = 0; round < 3; round += 1) await client.ping('registry.test:5000');
    expect(proxy.asked).toEqual(
      Array.from({ length: 3 }, () => 'GET http://registry.test:5000/v2/'),
    );
    expect(proxy.sockets.size).toBe(3);
  });

  for (const [status, code, sends] of [
    [403, 'REGISTRY_UNREACHABLE', 1],
    [407, 'REGISTRY_UNREACHABLE', 1],
    [502, 'REGISTRY_UNREACHABLE', 3],
  ] as const) {
    it(`says that it was the proxy that answered ${status}`, async () => {
      await using proxy = await startHandmadeProxy({ connectStatus: status });
      await using client = new RegistryClient({
        proxy: { httpsProxy: proxy.url() },
        retry: { maxRetries: 2, firstWaitMs: 1 },
      });
      await expect(client.ping('registry.test')).rejects.toMatchObject({
        code,
        message: expect.stringMatching(`the proxy .* answered ${status}`) as unknown,
        hint: expect.stringContaining('proxy'),
      });
      expect(proxy.asked).toHaveLength(sends);
    });
  }
});

describe('being given a proxy that cannot be reached', () => {
  const unreachable = async (address: string, kind: 'httpProxy' | 'httpsProxy') => {
    const proxy = new URL(`${address.replace('//', '//alice:secret@')}:${await freePort()}`);
    await using client = new RegistryClient({
      plainHttp: kind === 'httpProxy' ? ['registry.test'] : [],
      proxy: { [kind]: proxy },
      retry: { maxRetries: 0 },
    });
    const [result] = await Promise.allSettled([client.ping('registry.test')]);
    return { result, proxy };
  };

  for (const kind of ['httpProxy', 'httpsProxy'] as const) {
    for (const address of ['http://127.0.0.1', 'https://127.0.0.1']) {
      it(`names it as the ${kind} at ${address}, without its password`, async () => {
        const { result, proxy } = await unreachable(address, kind);
        expect(result).toMatchObject({
          reason: {
            code: 'REGISTRY_UNREACHABLE',
            message: expect.stringContaining(`the proxy ${proxy.host} cannot be reached`),
            hint: expect.stringContaining('address of the proxy'),
            mayPass: true,
          },
        });
        expect(JSON.stringify(result)).not.toContain('secret');
      });
    }

    it(`names it when it speaks no TLS as the ${kind}`, async () => {
      await using server = await startLoopbackServer((_, response) => {
        reply(response, 200);
      });
      await using client = new RegistryClient({
        plainHttp: kind === 'httpProxy' ? ['registry.test'] : [],
        proxy: { [kind]: new URL(`https://${server.host}`) },
        retry: { maxRetries: 0 },
      });
      await expect(client.ping('registry.test')).rejects.toMatchObject({
        code: 'REGISTRY_TLS',
        message: expect.stringContaining(`the proxy ${server.host}`),
        hint: expect.stringContaining('of the proxy'),
      });
    });

    it(`names it when it says nothing as the ${kind}`, async () => {
      await using silent = await startSilentServer();
      await using client = new RegistryClient({
        plainHttp: kind === 'httpProxy' ? ['registry.test'] : [],
        // By TLS in both cases: without it a connection stands before a word is said.
        proxy: { [kind]: new URL(`https://127.0.0.1:${silent.port}`) },
        timeouts: { connectMs: 30 },
        retry: { maxRetries: 0 },
      });
      await expect(client.ping('registry.test')).rejects.toMatchObject({
        code: 'REGISTRY_TIMEOUT',
        message: expect.stringContaining(`the proxy 127.0.0.1:${silent.port}`),
      });
    });
  }
});
