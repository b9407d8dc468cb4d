import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ask, contentOf, noise, opening, tempDir } from '@sallyport/testing';
import { MemoryStore, OciLayout } from 'oras-js';
import { serveRegistry } from './serve-registry.js';

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
