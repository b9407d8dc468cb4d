/** Who never gets to see a secret, whatever a server answers. */
import { describe, expect, it } from '@jest/globals';
import {
  alice,
  basicOfAlice,
  listingWith,
  loggingIn,
  reply,
  startLoopbackServer,
  tagsAt,
  tagsPage,
  TokenRegistry,
} from '@sallyport/testing';

describe('keeping secrets', () => {
  it('shows no credentials and no cookies to the place a redirect leads to', async () => {
    await using storage = await startLoopbackServer((_, response) => {
      reply(response, 200, {}, tagsPage);
    });
    const registry = new TokenRegistry();
    await using server = await startLoopbackServer(async (request, response) => {
      response.setHeader('Set-Cookie', 'sid=1');
      const isIn = registry.accepted.has(request.headers.authorization ?? '');
      if (isIn) reply(response, 307, { Location: `${storage.url}/x` });
      else await registry.answer(request, response);
    });
    await using client = loggingIn(server.host, alice);
    expect(await tagsAt(client, server.host)).toEqual(['v1']);
    expect(storage.headers[0]).not.toHaveProperty('authorization');
    expect([...storage.headers, ...server.headers].some((headers) => 'cookie' in headers)).toBe(
      false,
    );
  });

  it('does not answer the challenge of another host', async () => {
    await using storage = await startLoopbackServer((_, response) => {
      reply(response, 401, { 'WWW-Authenticate': 'Basic realm="give me"' });
    });
    await using server = await startLoopbackServer((_, response) => {
      reply(response, 307, { Location: `${storage.url}/x` });
    });
    await using client = loggingIn(server.host, alice);
    await expect(tagsAt(client, server.host)).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
    });
    expect(storage.headers).toHaveLength(1);
    expect(storage.headers[0]).not.toHaveProperty('authorization');
  });

  it('does not follow a token server to another place', async () => {
    await using thief = await startLoopbackServer((_, response) => {
      reply(response, 200, {}, JSON.stringify({ token: 't1' }));
    });
    const registry = new TokenRegistry();
    await using server = await startLoopbackServer(async (request, response) => {
      if (request.url?.startsWith('/token') === true) reply(response, 307, { Location: thief.url });
      else await registry.answer(request, response);
    });
    await using client = loggingIn(server.host, alice);
    await expect(tagsAt(client, server.host)).rejects.toMatchObject({ code: 'REGISTRY_PROTOCOL' });
    expect(thief.seen).toEqual([]);
  });

  it('names no secret in any error', async () => {
    const registry = new TokenRegistry();
    registry.accepted = new Set();
    const { result } = await listingWith(registry, alice);
    const reason: unknown = result.status === 'rejected' ? result.reason : undefined;
    const text = JSON.stringify(reason, Object.getOwnPropertyNames(reason));
    for (const secret of ['wörd', 't1', 't2', basicOfAlice]) expect(text).not.toContain(secret);
  });
});
