import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { ask, refusalCode, tempDir, type Reply } from '@sallyport/testing';
import { digestOf, MemoryStore, OciLayout } from 'oras-js';
import { serveRegistry, type RunningRegistry } from './serve-registry.js';

const text = 'the quick brown fox';
const digest = digestOf(text);
const uploads = '/v2/app/blobs/uploads/';

async function begin(registry: RunningRegistry): Promise<string> {
  const { headers } = await ask(registry, uploads, { method: 'POST' });
  return headers.location ?? '';
}

async function send(
  registry: RunningRegistry,
  location: string,
  body: string,
  range?: string,
): Promise<Reply> {
  const headers = range === undefined ? {} : { 'Content-Range': range };
  return await ask(registry, location, { method: 'PATCH', body, headers });
}

describe('refusing an upload', () => {
  it.each([
    ['out of order', '9-27'],
    ['a gap', '1-19'],
    ['that begins in the middle', '5-18'],
    ['more than its length says', '0-99'],
    ['backwards', '18-0'],
  ])('leaves the upload as it was after a chunk %s', async (_what, range) => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const location = await begin(registry);
    await send(registry, location, '', '0--1').catch(() => undefined);

    const refused = await send(registry, location, text, range);

    expect(refused).toMatchObject({ status: 416 });
    await send(registry, location, text, '0-18');
    const closed = await ask(registry, `${location}?digest=${digest}`, { method: 'PUT' });
    expect(closed).toMatchObject({ status: 201 });
  });

  it.each(['too short', 'far too long for its range'])(
    'takes nothing of a chunk of unknown length that is %s',
    async (body) => {
      await using registry = await serveRegistry({ store: new MemoryStore() });
      const location = await begin(registry);
      await send(registry, location, 'the ', '0-3');

      const refused = await ask(registry, location, {
        method: 'PATCH',
        body,
        headers: { 'Content-Range': '4-18', 'Transfer-Encoding': 'chunked' },
      });
      const end = `${location}?digest=${digestOf('the ')}`;
      const closed = await ask(registry, end, { method: 'PUT' });

      expect(refused).toMatchObject({ status: 416 });
      expect(closed).toMatchObject({ status: 201 });
    },
  );

  it('refuses a chunk that was sent already, and says how far it is', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const location = await begin(registry);
    await send(registry, location, 'the quick', '0-8');

    expect(await send(registry, location, 'the quick', '0-8')).toMatchObject({ status: 416 });

    expect(await ask(registry, location)).toMatchObject({ headers: { range: '0-8' } });
  });

  it('forgets an upload whose digest was wrong, and every file of it', async () => {
    await using folder = await tempDir();
    const store = new OciLayout(folder.path);
    await using registry = await serveRegistry({ store });
    const location = await begin(registry);

    const refused = await ask(registry, `${location}?digest=${digest}`, {
      method: 'PUT',
      body: 'something else',
    });

    expect(refused).toMatchObject({ status: 400 });
    expect(refusalCode(refused)).toBe('DIGEST_INVALID');
    expect(await ask(registry, location)).toMatchObject({ status: 404 });
    expect(await readdir(store.stagingFolder)).toEqual([]);
    expect(await ask(registry, `/v2/app/blobs/${digest}`)).toMatchObject({ status: 404 });
  });

  it.each(['', '?digest=', '?digest=sha256:12', `?digest=sha512:${'0'.repeat(128)}`])(
    'refuses to close an upload with the digest "%s"',
    async (query) => {
      await using registry = await serveRegistry({ store: new MemoryStore() });
      const location = await begin(registry);

      const refused = await ask(registry, `${location}${query}`, { method: 'PUT', body: text });

      expect(refused).toMatchObject({ status: 400 });
      expect(refusalCode(refused)).toBe('DIGEST_INVALID');
    },
  );

  it('closes an upload once when two ask for it at once', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const location = await begin(registry);
    await send(registry, location, text);

    const closed = await Promise.all(
      [1, 2].map(() => ask(registry, `${location}?digest=${digest}`, { method: 'PUT' })),
    );

    expect(closed.map(({ status }) => status).sort()).toEqual([201, 404]);
  });

  it('knows an upload only in its own repository, until it is given up', async () => {
    await using folder = await tempDir();
    const store = new OciLayout(folder.path);
    await using registry = await serveRegistry({ store });
    const location = await begin(registry);

    expect(await ask(registry, location.replace('/app/', '/other/'))).toMatchObject({
      status: 404,
    });
    expect(await ask(registry, location, { method: 'DELETE' })).toMatchObject({ status: 204 });

    expect(await ask(registry, location)).toMatchObject({ status: 404 });
    expect(await readdir(store.stagingFolder)).toEqual([]);
  });
});
