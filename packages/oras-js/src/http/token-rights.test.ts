/** Tokens whose rights are too small: who is asked for more, and how often. */
import { describe, expect, it } from '@jest/globals';
import {
  alice,
  listingWith,
  loggingIn,
  reply,
  startLoopbackServer,
  tagsAt,
  TokenRegistry,
} from '@sallyport/testing';

describe('being refused with a token', () => {
  it('does not go on after a second refusal', async () => {
    const registry = new TokenRegistry();
    registry.accepted = new Set();
    const { result } = await listingWith(registry, alice);
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_DENIED', status: 401 } });
    expect(registry.authorizations).toHaveLength(2);
  });

  it('adds the scope that a refusal names', async () => {
    const registry = new TokenRegistry();
    registry.challenge = (host) =>
      `Bearer realm="http://${host}/token",error="insufficient_scope",scope="repository:app:pull,push registry:catalog:*"`;
    await listingWith(registry, alice);
    expect(registry.asked[0]?.url.searchParams.getAll('scope')).toEqual([
      'repository:app:pull,push',
      'registry:catalog:*',
    ]);
  });

  for (const [what, error, asked] of [
    [
      'gets a larger token where 403 says that the one it has is too small',
      'insufficient_scope',
      2,
    ],
    ['takes 403 for an answer where it says nothing of the kind', 'denied', 1],
  ] as const) {
    it(what, async () => {
      const registry = new TokenRegistry();
      registry.accepted = new Set(['Bearer t2']);
      await using server = await startLoopbackServer(async (request, response) => {
        const { authorization, host = '' } = request.headers;
        if (authorization !== 'Bearer t1') return registry.answer(request, response);
        const scope = 'repository:app:pull,push';
        const challenge = `Bearer realm="http://${host}/token",error="${error}",scope="${scope}"`;
        reply(response, 403, { 'WWW-Authenticate': challenge });
      });
      await using client = loggingIn(server.host, alice);
      const [result] = await Promise.allSettled([tagsAt(client, server.host)]);
      expect(registry.asked).toHaveLength(asked);
      if (asked === 2) expect(result).toEqual({ status: 'fulfilled', value: ['v1'] });
      else expect(result).toMatchObject({ reason: { code: 'REGISTRY_DENIED', status: 403 } });
    });
  }

  it('asks for no other token after 403 to the one that it has', async () => {
    const registry = new TokenRegistry();
    let isClosed = false;
    await using server = await startLoopbackServer(async (request, response) => {
      if (!isClosed) return registry.answer(request, response);
      reply(response, 403, { 'WWW-Authenticate': registry.challenge('x.test') });
    });
    await using client = loggingIn(server.host, alice);
    await tagsAt(client, server.host);
    isClosed = true;
    await expect(tagsAt(client, server.host)).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(registry.asked).toHaveLength(1);
  });

  for (const [what, isAlways, sends] of [
    ['at once', true, 2],
    ['only to those with a token', false, 3],
  ] as const) {
    it(`does not ask for ever where more rights are wanted each time, and that is said ${what}`, async () => {
      const registry = new TokenRegistry();
      registry.accepted = new Set();
      const plain = registry.challenge;
      registry.challenge = (host) => {
        const isNamed = isAlways || registry.authorizations.length > 1;
        const named = `,error="insufficient_scope",scope="repository:more:pull"`;
        return isNamed ? `Bearer realm="http://${host}/token"${named}` : plain(host);
      };
      const { result } = await listingWith(registry, alice);
      expect(result.status).toBe('rejected');
      expect(registry.authorizations).toHaveLength(sends);
    });
  }
});
