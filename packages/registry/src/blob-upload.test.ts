import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ask, eventually, noise, tempDir, type Reply } from '@sallyport/testing';
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

async function blobIn(registry: RunningRegistry): Promise<string> {
  return (await ask(registry, `/v2/app/blobs/${digest}`)).body.toString();
}

describe('uploading a blob', () => {
  it('takes it in one POST', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });

    const reply = await ask(registry, `${uploads}?digest=${digest}`, {
      method: 'POST',
      body: text,
    });

    expect(reply).toMatchObject({
      status: 201,
      headers: { location: `/v2/app/blobs/${digest}`, 'docker-content-digest': digest },
    });
    expect(await blobIn(registry)).toBe(text);
  });

  it('takes it in one PUT, and forgets the upload', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const location = await begin(registry);

    const reply = await ask(registry, `${location}?digest=${digest}`, {
      method: 'PUT',
      body: text,
    });

    expect(reply).toMatchObject({ status: 201 });
    expect(await blobIn(registry)).toBe(text);
    expect(await ask(registry, location)).toMatchObject({ status: 404 });
  });

  it('takes it as a stream of unknown length', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const location = await begin(registry);

    const sent = await ask(registry, location, {
      method: 'PATCH',
      body: text,
      headers: { 'Transfer-Encoding': 'chunked' },
    });
    const closed = await ask(registry, `${location}?digest=${digest}`, { method: 'PUT' });

    expect(sent).toMatchObject({ status: 202, headers: { range: '0-18', location } });
    expect(closed).toMatchObject({ status: 201 });
    expect(await blobIn(registry)).toBe(text);
  });

  it('takes it in chunks, the last one with the PUT', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const location = await begin(registry);

    await send(registry, location, 'the quick', '0-8');
    const status = await ask(registry, location);
    const closed = await ask(registry, `${location}?digest=${digest}`, {
      method: 'PUT',
      body: ' brown fox',
      headers: { 'Content-Range': '9-18' },
    });

    expect(status).toMatchObject({ status: 204, headers: { range: '0-8' } });
    expect(closed).toMatchObject({ status: 201 });
    expect(await blobIn(registry)).toBe(text);
  });

  it('takes an empty blob', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    const location = await begin(registry);

    const closed = await ask(registry, `${location}?digest=${digestOf('')}`, { method: 'PUT' });

    expect(closed).toMatchObject({ status: 201 });
    const got = await ask(registry, `/v2/app/blobs/${digestOf('')}`);
    expect(got).toMatchObject({ status: 200, headers: { 'content-length': '0' } });
  });

  it('goes on where a broken connection ended', async () => {
    await using folder = await tempDir();
    await using registry = await serveRegistry({ store: new OciLayout(folder.path) });
    const bytes = noise('broken', 3_000_000);
    const location = await begin(registry);
    const broken = request({
      ...{ host: '127.0.0.1', port: registry.port, path: location, method: 'PATCH', agent: false },
      headers: { 'Content-Length': bytes.length },
    });
    broken.on('error', () => undefined);
    broken.write(bytes.subarray(0, 2_000_000));
    await eventually(async () => {
      expect((await ask(registry, location)).headers.range).toBe('0-1999999');
    });
    broken.destroy();

    const sent = await ask(registry, location, {
      method: 'PATCH',
      body: bytes.subarray(2_000_000),
      headers: { 'Content-Range': '2000000-2999999' },
    });
    const closed = await ask(registry, `${location}?digest=${digestOf(bytes)}`, { method: 'PUT' });

    expect(sent).toMatchObject({ status: 202, headers: { range: '0-2999999' } });
    expect(closed).toMatchObject({ status: 201 });
  });

  it('finds a blob that is here already in place of taking it again', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });
    await ask(registry, `${uploads}?digest=${digest}`, { method: 'POST', body: text });
    const mount = (query: string) =>
      ask(registry, `/v2/other/blobs/uploads/?${query}`, { method: 'POST' });

    expect(await mount(`mount=${digest}&from=app`)).toMatchObject({
      status: 201,
      headers: { location: `/v2/other/blobs/${digest}` },
    });
    expect(await mount(`mount=${digest}`)).toMatchObject({ status: 201 });
    expect(await mount(`mount=${digestOf('missing')}&from=app`)).toMatchObject({ status: 202 });
    expect(await mount(`mount=${digest}&from=..`)).toMatchObject({ status: 202 });
  });

  it('takes the same blob from two uploads at once', async () => {
    await using folder = await tempDir();
    await using registry = await serveRegistry({ store: new OciLayout(folder.path) });
    const locations = await Promise.all([begin(registry), begin(registry)]);

    const closed = await Promise.all(
      locations.map((location) =>
        ask(registry, `${location}?digest=${digest}`, { method: 'PUT', body: text }),
      ),
    );

    expect(closed.map(({ status }) => status)).toEqual([201, 201]);
    expect(await blobIn(registry)).toBe(text);
  });
});
