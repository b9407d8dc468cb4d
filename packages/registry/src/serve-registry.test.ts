import { Agent } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ask, askRaw, contentOf, noise, refusalCode } from '@sallyport/testing';
import { digestOf, MemoryStore } from 'oras-js';
import { serveRegistry } from './serve-registry.js';

describe('serving a registry', () => {
  it('says what it is', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });

    const reply = await ask(registry, '/v2/');

    expect(registry.url).toBe(`http://127.0.0.1:${registry.port}`);
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'docker-distribution-api-version': 'registry/2.0' },
    });
  });

  it('tells its owner of every request', async () => {
    const seen: unknown[] = [];
    await using registry = await serveRegistry({
      store: new MemoryStore(),
      onRequest: (event) => seen.push(event),
    });

    await ask(registry, '/v2/app/tags/list?n=1');
    await registry.close();

    expect(seen).toEqual([{ method: 'GET', path: '/v2/app/tags/list?n=1', status: 404 }]);
  });

  it('asks for the password it was given', async () => {
    await using registry = await serveRegistry({
      store: new MemoryStore(),
      credentials: { username: 'test-user', password: 'test:päss' },
    });
    const withPassword = (password: string) => ({
      headers: {
        authorization: `Basic ${Buffer.from(`test-user:${password}`).toString('base64')}`,
      },
    });

    const without = await ask(registry, '/v2/');

    expect(without).toMatchObject({ status: 401 });
    expect(without.headers['www-authenticate']).toMatch(/^Basic /);
    expect(refusalCode(without)).toBe('UNAUTHORIZED');
    expect(await ask(registry, '/v2/', withPassword('wrong'))).toMatchObject({ status: 401 });
    expect(await ask(registry, '/v2/', withPassword('test:päss'))).toMatchObject({ status: 200 });
  });

  it('asks for a body only when it wants it', async () => {
    const { content, bytes } = contentOf('text/plain', Buffer.from('expected'));
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const upload = (path: string, header = '') =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\n${header}Expect: 100-continue\r\n` +
      `Content-Length: ${bytes.length}\r\n\r\n${bytes.toString()}`;

    const path = `/v2/app/blobs/uploads/?digest=${content.digest}`;
    const wanted = await askRaw(registry, upload(path, 'Connection: close\r\n'));
    const refused = await askRaw(registry, upload('/v2/app/blobs/uploads/?digest=x'));

    expect(wanted).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 Created/);
    expect(refused).toMatch(/^HTTP\/1.1 400 /);
    expect(refused).toMatch(/\r\nConnection: close\r\n/);
  });
});

describe('serving read-only', () => {
  it.each([
    ['POST', '/v2/app/blobs/uploads/'],
    ['PATCH', '/v2/app/blobs/uploads/1'],
    ['PUT', '/v2/app/blobs/uploads/1?digest=x'],
    ['GET', '/v2/app/blobs/uploads/1'],
    ['PUT', '/v2/app/manifests/v1'],
    ['DELETE', '/v2/app/manifests/v1'],
    ['DELETE', `/v2/app/blobs/${digestOf('')}`],
    ['POST', '/v2/app/tags/list'],
  ])('refuses %s %s and answers the next request on the same connection', async (method, path) => {
    await using registry = await serveRegistry({ store: new MemoryStore(), readOnly: true });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = method === 'GET' ? '' : noise('body', 200_000);

    const refused = await ask(registry, path, { method, body, agent });
    const sockets = Object.values(agent.freeSockets).flat();
    const next = await ask(registry, '/v2/', { agent });

    expect(refused).toMatchObject({ status: 405 });
    expect(refusalCode(refused)).toBe('UNSUPPORTED');
    expect(next).toMatchObject({ status: 200 });
    expect(sockets).toHaveLength(1);
    agent.destroy();
  });
});
