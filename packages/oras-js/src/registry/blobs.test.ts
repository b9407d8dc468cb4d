/** Whether a blob is there. */
import { describe, expect, it } from '@jest/globals';
import {
  honourRange,
  rangeBlob,
  reply,
  startLoopbackServer,
  type Answering,
} from '@sallyport/testing';
import { RegistryClient } from './registry-client.js';

describe('looking whether a blob is there', () => {
  async function looking(answer: Answering) {
    await using server = await startLoopbackServer(answer);
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const found = await client.repository(server.host, 'app').exists(rangeBlob);
    return { found, seen: server.seen };
  }

  it('asks with GET for one byte where HEAD is refused', async () => {
    const { found, seen } = await looking((request, response) => {
      if (request.method === 'HEAD') reply(response, 405);
      else honourRange(request, response);
    });
    expect(found).toBe(true);
    expect(seen).toHaveLength(2);
  });

  it('asks with GET where storage signs for GET alone', async () => {
    await using storage = await startLoopbackServer((request, response) => {
      if (request.method === 'HEAD') reply(response, 403);
      else honourRange(request, response);
    });
    const { found } = await looking((_, response) => {
      reply(response, 307, { Location: storage.url });
    });
    expect(found).toBe(true);
  });

  it('says no for 404', async () => {
    const { found } = await looking((_, response) => {
      reply(response, 404);
    });
    expect(found).toBe(false);
  });

  it('does not take a web site for a registry that has everything', async () => {
    const looked = looking((_, response) => {
      reply(response, 200, { 'Content-Type': 'text/html; charset=utf-8' }, '<html>Welcome</html>');
    });
    await expect(looked).rejects.toMatchObject({ code: 'REGISTRY_NOT_A_REGISTRY' });
  });
});
