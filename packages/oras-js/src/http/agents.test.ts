/** Whom a connection trusts, and the way it takes: TLS, client certificates, proxies. Needs openssl. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  describeWith,
  reply,
  startLoopbackServer,
  tempDir,
  testCertificates,
  type TempDir,
} from '@sallyport/testing';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import type { ServerOptions } from 'node:https';
import type { ClientOptions } from '../registry/client-options.js';
import { RegistryClient } from '../registry/registry-client.js';
import { Agents } from './agents.js';
import { nodeSend } from './node-send.js';
import { timeoutDefaults } from './timeouts.js';

interface Pems {
  readonly ca: string;
  readonly server: ServerOptions;
  readonly client: { readonly cert: string; readonly key: string };
}

let folder: TempDir;
let pems: Pems;

async function makePems(): Promise<void> {
  folder = await tempDir();
  const { ca, server, client } = await testCertificates(folder.path);
  const text = (file: string) => readFile(file, 'utf8');
  pems = {
    ca: await text(ca),
    server: { cert: await text(server.certificate), key: await text(server.key) },
    client: { cert: await text(client.certificate), key: await text(client.key) },
  };
}

async function pinging(options: () => ClientOptions, tls: () => ServerOptions) {
  await using server = await startLoopbackServer((_, response) => {
    reply(response, 200);
  }, tls());
  await using client = new RegistryClient({ retry: { maxRetries: 0 }, ...options() });
  const [result] = await Promise.allSettled([client.ping(server.host)]);
  return { result, seen: server.seen };
}

describeWith(['openssl'], 'talking TLS', () => {
  beforeAll(makePems);
  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
  });

  it('trusts an authority that it was given', async () => {
    const { result } = await pinging(
      () => ({ ca: pems.ca }),
      () => pems.server,
    );
    expect(result.status).toBe('fulfilled');
  });

  it('trusts nobody else, and does not go on without TLS', async () => {
    const { result, seen } = await pinging(
      () => ({}),
      () => pems.server,
    );
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_TLS' } });
    expect(seen).toEqual([]);
  });

  it('does not look at the certificate where it was told so, and only there', async () => {
    const all = await pinging(
      () => ({ insecureSkipTlsVerify: ['*'] }),
      () => pems.server,
    );
    expect(all.result.status).toBe('fulfilled');
    const other = await pinging(
      () => ({ insecureSkipTlsVerify: ['other.test'] }),
      () => pems.server,
    );
    expect(other.result).toMatchObject({ reason: { code: 'REGISTRY_TLS' } });
  });

  it('shows its certificate to a registry that asks for one', async () => {
    const strict = () => ({ ...pems.server, ca: pems.ca, requestCert: true });
    const known = await pinging(() => ({ ca: pems.ca, clientCertificate: pems.client }), strict);
    expect(known.result.status).toBe('fulfilled');
    const unknown = await pinging(() => ({ ca: pems.ca }), strict);
    expect(unknown.result.status).toBe('rejected');
  });

  it('refuses TLS 1.1', async () => {
    const old = () => ({
      ...pems.server,
      minVersion: 'TLSv1' as const,
      maxVersion: 'TLSv1.1' as const,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const { result, seen } = await pinging(() => ({ ca: pems.ca }), old);
    expect(result).toMatchObject({
      reason: { code: 'REGISTRY_TLS', hint: expect.stringContaining('TLS 1.2') },
    });
    expect(seen).toEqual([]);
  });
});

describe('finding out whether a registry on this computer speaks TLS', () => {
  it('goes on in plain http where it does not', async () => {
    await using server = await startLoopbackServer((_, response) => {
      reply(response, 200);
    });
    await using client = new RegistryClient();
    await client.ping(server.host);
    expect(server.seen).toEqual(['GET /v2/']);
  });
});

/** Counts what it is asked; CONNECT to any name goes to loopback. */
async function startProxy(target: () => number, connectStatus = 200) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    reply(response, 200);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, socket, head) => {
    asked.push(
      `CONNECT ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`.trim(),
    );
    if (connectStatus !== 200) {
      socket.end(`HTTP/1.1 ${connectStatus} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(target(), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    sockets,
    url: (user = '') => new URL(`http://${user}127.0.0.1:${port}`),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describeWith(['openssl'], 'going through a proxy', () => {
  beforeAll(makePems);
  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
  });

  it('tunnels https, trusts the registry’s authority and shows it the client certificate', async () => {
    const tls = { ...pems.server, ca: pems.ca, requestCert: true };
    await using server = await startLoopbackServer((_, response) => {
      reply(response, 200);
    }, tls);
    await using proxy = await startProxy(() => server.port);
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
    await using proxy = await startProxy(() => server.port);
    await using client = new RegistryClient({
      ca: pems.ca,
      proxy: { httpsProxy: proxy.url() },
      retry: { maxRetries: 0 },
    });
    await expect(client.ping('registry.test:5000')).rejects.toMatchObject({ code: 'REGISTRY_TLS' });
  });
});

describe('going through a proxy without TLS', () => {
  it('asks it for the whole address, over a connection for each request', async () => {
    await using proxy = await startProxy(() => 0);
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
      await using proxy = await startProxy(() => 0, status);
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

describe('waiting for a connection', () => {
  it('gives up on a proxy that says nothing', async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => {
      sockets.push(socket);
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await using client = new RegistryClient({
      proxy: { httpsProxy: new URL(`http://127.0.0.1:${port}`) },
      timeouts: { connectMs: 30 },
      retry: { maxRetries: 0 },
    });
    await expect(client.ping('registry.test')).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('gives up on a server that never finishes its TLS', async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => {
      sockets.push(socket);
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const agents = new Agents({ connectMs: 30 });
    const send = nodeSend({ agents, timeouts: timeoutDefaults, userAgent: 'test' });
    const url = new URL(`https://127.0.0.1:${port}/v2/`);
    const asking = send({ method: 'GET', url, operation: 'asking' });
    await expect(asking).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
