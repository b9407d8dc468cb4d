import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import {
  ask,
  contentOf,
  noise,
  opening,
  refusalCode,
  tempDir,
  tinyImage,
} from '@sallyport/testing';
import { digestOf, MemoryStore, OciLayout } from 'oras-js';
import { serveRegistry } from './serve-registry.js';

/** Sends bytes as they are and returns all that comes back. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return await textOf(socket);
}

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
    const wanted = await raw(registry.port, upload(path, 'Connection: close\r\n'));
    const refused = await raw(registry.port, upload('/v2/app/blobs/uploads/?digest=x'));

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

describe('being asked for what no registry has', () => {
  it.each([
    '/',
    '/etc/passwd',
    '/v2/_catalog',
    '/v2/../../etc/passwd',
    '/v2/app/blobs/../../../etc/passwd',
    '/v2/app/blobs/%2e%2e%2f%2e%2e%2fsecret',
    '/v2/%2e%2e/%2e%2e/blobs/secret',
    '/v2/app%2fother/tags/list',
    '/v2/app/manifests/..%2f..%2fsecret',
    '/v2/app/manifests/%00',
    '/v2/app/manifests/%ff',
    '/v2/app//tags/list',
    '/v2//tags/list',
    '/v2/UPPER/tags/list',
    `/v2/${'a/'.repeat(2_000)}tags/list`,
    `/v2/app/manifests/${'a'.repeat(5_000)}`,
    '/v2/app/blobs/uploads/../../../secret',
    '/v2/__proto__/tags/list',
    '/v2/app/tags/list/',
  ])('refuses %s', async (path) => {
    await using folder = await tempDir();
    await writeFile(join(folder.path, 'secret'), 'words that nobody may read');
    const store = new OciLayout(join(folder.path, 'layout'));
    await (await tinyImage()).pushTo(store, 'app:v1');
    await using registry = await serveRegistry({ store });

    const reply = await ask(registry, path);

    expect([400, 404]).toContain(reply.status);
    expect(refusalCode(reply)).toMatch(/^[A-Z_]+$/);
    expect(reply.body.toString()).not.toContain('nobody may read');
  });

  it.each(['/v2/group%2fapp/tags/list', '/v2/GROUP/app/tags/list', '/v2/group/-app/tags/list'])(
    'says that %s has no name in it',
    async (path) => {
      const store = new MemoryStore();
      await (await tinyImage()).pushTo(store, 'group/app:v1');
      await using registry = await serveRegistry({ store });

      const reply = await ask(registry, path);

      expect(reply).toMatchObject({ status: 400 });
      expect(refusalCode(reply)).toBe('NAME_INVALID');
    },
  );

  it('survives what is no HTTP at all', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });

    const answer = await raw(registry.port, 'GET /v2/\0 HTTP/1.1\r\n\r\n');

    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(await ask(registry, '/v2/')).toMatchObject({ status: 200 });
  });

  it('does not tell strangers why it failed', async () => {
    await using folder = await tempDir();
    await mkdir(join(folder.path, 'index.json'));
    const errors: unknown[] = [];
    await using registry = await serveRegistry({
      store: new OciLayout(folder.path),
      readOnly: true,
      onRequest: ({ error }) => errors.push(error),
    });

    const reply = await ask(registry, '/v2/app/manifests/v1');
    await registry.close();

    expect(reply).toMatchObject({ status: 500 });
    expect(reply.body.toString()).not.toContain(folder.path);
    expect(errors).toEqual([expect.objectContaining({ code: 'STORAGE_FAILED' })]);
  });
});

describe('closing a registry', () => {
  const big = contentOf('text/plain', noise('big', 16 * 1024 * 1024));

  async function reading(port: number): Promise<IncomingMessage> {
    const agent = new Agent({ keepAlive: true });
    const path = `/v2/app/blobs/${big.content.digest}`;
    const asked = request({ host: '127.0.0.1', port, path, agent });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response;
  }

  it('finishes an answer that is under way, takes no new one, and leaves no connection', async () => {
    const store = new MemoryStore();
    await store.push(big.content, opening(big.bytes));
    await using registry = await serveRegistry({ store, readOnly: true, graceMs: 60_000 });
    const response = await reading(registry.port);

    const closing = registry.close();
    await expect(ask(registry, '/v2/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    let received = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) received += chunk.length;
    await closing;

    expect(received).toBe(big.bytes.length);
  });

  it('breaks off an answer that nobody reads, after its grace', async () => {
    const store = new MemoryStore();
    await store.push(big.content, opening(big.bytes));
    await using registry = await serveRegistry({ store, readOnly: true, graceMs: 20 });
    const response = await reading(registry.port);

    await registry.close();

    const read = (async () => {
      for await (const chunk of response as AsyncIterable<Buffer>) expect(chunk).toBeDefined();
    })();
    await expect(read).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('removes uploads that nobody finished', async () => {
    await using folder = await tempDir();
    const store = new OciLayout(join(folder.path, 'layout'));
    const uploadFolder = join(folder.path, 'uploads');
    await using registry = await serveRegistry({ store, uploadFolder });
    await ask(registry, '/v2/app/blobs/uploads/', { method: 'POST' });
    expect(await readdir(uploadFolder)).toHaveLength(1);

    await registry.close();

    expect(await readdir(uploadFolder)).toEqual([]);
  });

  it('says so when its port is taken', async () => {
    await using first = await serveRegistry({ store: new MemoryStore() });

    const second = serveRegistry({ store: new MemoryStore(), port: first.port });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
