/** Logging in with tokens: challenges, scopes, and the end of tokens. */
import { describe, expect, it } from '@jest/globals';
import {
  alice,
  basicOfAlice,
  bodyOf,
  json,
  listingWith,
  loggingIn,
  opening,
  reply,
  startLoopbackServer,
  tagsAt,
  TokenRegistry,
} from '@sallyport/testing';
import { mediaTypes } from '../content/media-types.js';

describe('logging in with tokens', () => {
  it('asks for its own scope, keeps the realm’s query, and uses what it gets', async () => {
    const registry = new TokenRegistry();
    const { result } = await listingWith(registry, alice);
    expect(result).toEqual({ status: 'fulfilled', value: ['v1'] });
    const { url, authorization, method } = registry.asked[0] ?? {};
    expect(method).toBe('GET');
    expect(url?.searchParams.get('fixed')).toBe('1');
    expect(url?.searchParams.get('service')).toBe('reg');
    expect(url?.searchParams.getAll('scope')).toEqual(['repository:app:pull']);
    expect(authorization).toBe(basicOfAlice);
    expect(registry.authorizations).toEqual([undefined, 'Bearer t1']);
  });

  it('asks for a token without a name, too', async () => {
    const registry = new TokenRegistry();
    await listingWith(registry);
    expect(registry.asked[0]?.authorization).toBeUndefined();
    expect(registry.authorizations).toEqual([undefined, 'Bearer t1']);
  });

  it('takes the other spelling of a token', async () => {
    const registry = new TokenRegistry();
    registry.tokenReply = () => ({ body: { access_token: 't1', token: '' } });
    expect((await listingWith(registry, alice)).result.status).toBe('fulfilled');
  });

  it('asks once for all who wait for the same token', async () => {
    const registry = new TokenRegistry();
    await using server = await startLoopbackServer(registry.answer);
    await using client = loggingIn(server.host, alice, { maxConnectionsPerHost: 4 });
    await Promise.all(Array.from({ length: 50 }, () => tagsAt(client, server.host)));
    expect(registry.asked.length).toBeLessThanOrEqual(2);
  });

  it('gets another token when the one it has is no longer taken', async () => {
    const registry = new TokenRegistry();
    await using server = await startLoopbackServer(registry.answer);
    await using client = loggingIn(server.host, alice);
    await tagsAt(client, server.host);
    registry.accepted = new Set(['Bearer t2']);
    await tagsAt(client, server.host);
    expect(registry.authorizations).toEqual([undefined, 'Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  it('tells wrong credentials from missing rights', async () => {
    const registry = new TokenRegistry();
    registry.tokenReply = () => ({ status: 401 });
    expect((await listingWith(registry, alice)).result).toMatchObject({
      reason: { code: 'REGISTRY_UNAUTHORIZED' },
    });
    registry.tokenReply = () => ({ status: 403 });
    expect((await listingWith(registry, alice)).result).toMatchObject({
      reason: { code: 'REGISTRY_DENIED' },
    });
    registry.tokenReply = () => ({ status: 401 });
    expect((await listingWith(registry)).result).toMatchObject({
      reason: { code: 'REGISTRY_UNAUTHORIZED', hint: expect.stringContaining('log in') },
    });
  });

  it('refuses an answer that is no token, without repeating it', async () => {
    const registry = new TokenRegistry();
    registry.tokenReply = () => ({ body: { token: 'se cret\u0007' } });
    const { result } = await listingWith(registry, alice);
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
    expect(JSON.stringify(result)).not.toContain('cret');
  });

  it('asks the front door where a refusal says nothing', async () => {
    const registry = new TokenRegistry();
    await using server = await startLoopbackServer(async (request, response) => {
      const isListing = request.url?.includes('tags') === true;
      if (isListing && request.headers.authorization === undefined) reply(response, 401);
      else await registry.answer(request, response);
    });
    await using client = loggingIn(server.host, alice);
    expect(await tagsAt(client, server.host)).toEqual(['v1']);
  });
});

describe('logging in while sending', () => {
  it('sends the body again with a new token', async () => {
    const mediaType = mediaTypes.ociIndex;
    const { content, bytes } = json(mediaType, { schemaVersion: 2, mediaType, manifests: [] });
    const registry = new TokenRegistry();
    registry.accepted = new Set(['Bearer t2']);
    const bodies: string[] = [];
    await using server = await startLoopbackServer(async (request, response) => {
      if (request.method !== 'PUT') {
        const isIn = request.headers.authorization !== undefined;
        if (isIn && request.url?.includes('manifests') === true) reply(response, 404);
        else await registry.answer(request, response);
        return;
      }
      bodies.push((await bodyOf(request)).toString());
      const isIn = registry.accepted.has(request.headers.authorization ?? '');
      const digest = { 'Docker-Content-Digest': content.digest };
      if (isIn) reply(response, 201, digest);
      else await registry.answer(request, response);
    });
    await using client = loggingIn(server.host, alice);
    await client.repository(server.host, 'app').pushTagged(content, opening(bytes), 'v1');
    expect(bodies).toEqual([bytes.toString(), bytes.toString()]);
  });
});
