/** A registry that wants the bytes at another host gets the bytes there, and no password. */
import { describe, expect, it } from '@jest/globals';
import { describeBytes, openingPieces, reply, startLoopbackServer } from '@sallyport/testing';
import { RegistryClient } from './registry-client.js';

const bytes = Buffer.from('all the bytes of a layer');
const credential = { username: 'alice', password: 'for tests only' };

describe('sending a blob to the other host that a registry names', () => {
  it('shows that host no password', async () => {
    await using storage = await startLoopbackServer((request, response) => {
      request.resume().once('end', () => {
        reply(response, request.method === 'PUT' ? 201 : 202, { Location: '/upload' });
      });
    });
    await using registry = await startLoopbackServer(({ method, headers }, response) => {
      if (headers.authorization === undefined) {
        reply(response, 401, { 'WWW-Authenticate': 'Basic realm="x"' });
      } else if (method === 'POST') {
        reply(response, 202, { Location: `${storage.url}/upload` });
      } else {
        reply(response, 404);
      }
    });
    await using client = new RegistryClient({
      plainHttp: [registry.host, storage.host],
      credentials: () => Promise.resolve(credential),
      retry: { maxRetries: 0 },
    });

    await client.repository(registry.host, 'app').push(describeBytes(bytes), openingPieces(bytes));

    expect(registry.headers.some(({ authorization }) => authorization !== undefined)).toBe(true);
    expect(storage.headers.length).toBeGreaterThan(0);
    for (const headers of storage.headers) expect(headers).not.toHaveProperty('authorization');
  });
});
