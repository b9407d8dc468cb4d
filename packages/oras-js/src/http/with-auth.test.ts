/** Logging in: challenges, tokens, their end, and who never gets to see a secret. */
import { describe, expect, it } from '@jest/globals';
import { bodyOf, json, opening, reply, startLoopbackServer } from '@sallyport/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credential } from '../auth/credential.js';
import { mediaTypes } from '../content/media-types.js';
import type { ClientOptions } from '../registry/client-options.js';
import { RegistryClient } from '../registry/registry-client.js';

const alice: Credential = { username: 'alice', password: 'pass:wörd' };
const basicOfAlice = `Basic ${Buffer.from('alice:pass:wörd').toString('base64')}`;
const tagsPage = JSON.stringify({ name: 'app', tags: ['v1'] });

interface TokenReply {
  readonly status?: number;
  readonly body?: unknown;
}

/** A registry that takes the tokens of its own token server, which gives `tokens` one after the other. */
class TokenRegistry {
  readonly asked: { method: string; url: URL; authorization: string | undefined; form: string }[] =
    [];
  readonly authorizations: (string | undefined)[] = [];
  accepted = new Set(['Bearer t1']);
  challenge = (host: string) =>
    `Bearer realm="http://${host}/token?fixed=1",service="reg",scope="repository:user/image:pull"`;
  tokenReply: (index: number, method: string) => TokenReply = (index) => ({
    body: { token: `t${index}` },
  });

  readonly answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://registry');
    if (url.pathname === '/token') {
      await this.giveToken(request, response, url);
      return;
    }
    const { authorization, host = '' } = request.headers;
    await bodyOf(request);
    this.authorizations.push(authorization);
    if (this.accepted.has(authorization ?? '')) reply(response, 200, {}, tagsPage);
    else
      reply(
        response,
        401,
        { 'WWW-Authenticate': this.challenge(host) },
        '{"errors":[{"code":"UNAUTHORIZED"}]}',
      );
  };

  private async giveToken(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const { method = '', headers } = request;
    const form = (await bodyOf(request)).toString();
    this.asked.push({ method, url, authorization: headers.authorization, form });
    const { status = 200, body = {} } = this.tokenReply(this.asked.length, method);
    reply(response, status, {}, JSON.stringify(body));
  }
}

async function listing(registry: TokenRegistry, credential?: Credential, more: ClientOptions = {}) {
  await using server = await startLoopbackServer(registry.answer);
  await using client = clientOf(server.host, credential, more);
  const [result] = await Promise.allSettled([tagsOf(client, server.host)]);
  return { result, host: server.host };
}

function clientOf(host: string, credential?: Credential, more: ClientOptions = {}): RegistryClient {
  const credentials = () => Promise.resolve(credential);
  return new RegistryClient({ plainHttp: [host], credentials, retry: { maxRetries: 0 }, ...more });
}

async function tagsOf(client: RegistryClient, host: string, path = 'app'): Promise<string[]> {
  const tags: string[] = [];
  for await (const tag of client.repository(host, path).tags()) tags.push(tag);
  return tags;
}

describe('logging in with tokens', () => {
  it('asks for its own scope, keeps the realm’s query, and uses what it gets', async () => {
    const registry = new TokenRegistry();
    const { result } = await listing(registry, alice);
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
    await listing(registry);
    expect(registry.asked[0]?.authorization).toBeUndefined();
    expect(registry.authorizations).toEqual([undefined, 'Bearer t1']);
  });

  it('takes the other spelling of a token', async () => {
    const registry = new TokenRegistry();
    registry.tokenReply = () => ({ body: { access_token: 't1', token: '' } });
    expect((await listing(registry, alice)).result.status).toBe('fulfilled');
  });

  it('asks once for all who wait for the same token', async () => {
    const registry = new TokenRegistry();
    await using server = await startLoopbackServer(registry.answer);
    await using client = clientOf(server.host, alice, { maxConnectionsPerHost: 4 });
    await Promise.all(Array.from({ length: 50 }, () => tagsOf(client, server.host)));
    expect(registry.asked.length).toBeLessThanOrEqual(2);
  });

  it('gets another token when the one it has is no longer taken', async () => {
    const registry = new TokenRegistry();
    await using server = await startLoopbackServer(registry.answer);
    await using client = clientOf(server.host, alice);
    await tagsOf(client, server.host);
    registry.accepted = new Set(['Bearer t2']);
    await tagsOf(client, server.host);
    expect(registry.authorizations).toEqual([undefined, 'Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  it('does not go on after a second refusal', async () => {
    const registry = new TokenRegistry();
    registry.accepted = new Set();
    const { result } = await listing(registry, alice);
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_DENIED', status: 401 } });
    expect(registry.authorizations).toHaveLength(2);
  });

  it('adds the scope that a refusal names', async () => {
    const registry = new TokenRegistry();
    registry.challenge = (host) =>
      `Bearer realm="http://${host}/token",error="insufficient_scope",scope="repository:app:pull,push registry:catalog:*"`;
    await listing(registry, alice);
    expect(registry.asked[0]?.url.searchParams.getAll('scope')).toEqual([
      'repository:app:pull,push',
      'registry:catalog:*',
    ]);
  });

  it('tells wrong credentials from missing rights', async () => {
    const registry = new TokenRegistry();
    registry.tokenReply = () => ({ status: 401 });
    expect((await listing(registry, alice)).result).toMatchObject({
      reason: { code: 'REGISTRY_UNAUTHORIZED' },
    });
    registry.tokenReply = () => ({ status: 403 });
    expect((await listing(registry, alice)).result).toMatchObject({
      reason: { code: 'REGISTRY_DENIED' },
    });
    registry.tokenReply = () => ({ status: 401 });
    expect((await listing(registry)).result).toMatchObject({ reason: { code: 'REGISTRY_DENIED' } });
  });

  it('refuses an answer that is no token, without repeating it', async () => {
    const registry = new TokenRegistry();
    registry.tokenReply = () => ({ body: { token: 'se cret\u0007' } });
    const { result } = await listing(registry, alice);
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
    await using client = clientOf(server.host, alice);
    expect(await tagsOf(client, server.host)).toEqual(['v1']);
  });
});

describe('logging in with a refresh token', () => {
  const identity: Credential = { username: '', password: '', identityToken: 'refresh' };

  it('exchanges it by POST', async () => {
    const registry = new TokenRegistry();
    await listing(registry, identity);
    const form = new URLSearchParams(registry.asked[0]?.form);
    expect(form.get('grant_type')).toBe('refresh_token');
    expect(form.get('refresh_token')).toBe('refresh');
    expect(form.get('scope')).toBe('repository:app:pull');
    expect(registry.asked[0]?.authorization).toBeUndefined();
  });

  for (const status of [400, 401, 404, 405]) {
    it(`tries GET where POST is answered with ${status}`, async () => {
      const registry = new TokenRegistry();
      registry.tokenReply = (_, method) =>
        method === 'POST' ? { status } : { body: { token: 't1' } };
      expect((await listing(registry, identity)).result.status).toBe('fulfilled');
    });
  }

  it('uses an access token as it is', async () => {
    const registry = new TokenRegistry();
    await listing(registry, { username: '', password: '', registryToken: 't1' });
    expect(registry.asked).toEqual([]);
    expect(registry.authorizations.at(-1)).toBe('Bearer t1');
  });
});

describe('logging in with a password', () => {
  it('sends it when the registry asks for it, and from then on', async () => {
    const registry = new TokenRegistry();
    registry.challenge = () => 'BASIC realm="x"';
    registry.accepted = new Set([basicOfAlice]);
    await using server = await startLoopbackServer(registry.answer);
    await using client = clientOf(server.host, alice);
    await tagsOf(client, server.host);
    await tagsOf(client, server.host);
    expect(registry.authorizations).toEqual([undefined, basicOfAlice, basicOfAlice]);
  });

  it('sends a wrong one once for each thing that is wanted', async () => {
    const registry = new TokenRegistry();
    registry.challenge = () => 'Basic realm="x"';
    registry.accepted = new Set();
    await using server = await startLoopbackServer(registry.answer);
    await using client = clientOf(server.host, alice);
    for (let round = 0; round < 2; round += 1) {
      const refused = { code: 'REGISTRY_UNAUTHORIZED' };
      await expect(tagsOf(client, server.host)).rejects.toMatchObject(refused);
    }
    expect(registry.authorizations).toEqual([undefined, basicOfAlice, basicOfAlice]);
  });

  it('says what to do when it has none', async () => {
    const registry = new TokenRegistry();
    registry.challenge = () => 'Basic realm="x"';
    const { result } = await listing(registry);
    expect(result).toMatchObject({
      reason: { code: 'REGISTRY_DENIED', hint: expect.stringContaining('log in') },
    });
    expect(registry.authorizations).toHaveLength(1);
  });
});

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
    await using client = clientOf(server.host, alice);
    expect(await tagsOf(client, server.host)).toEqual(['v1']);
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
    await using client = clientOf(server.host, alice);
    await expect(tagsOf(client, server.host)).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
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
    await using client = clientOf(server.host, alice);
    await expect(tagsOf(client, server.host)).rejects.toMatchObject({ code: 'REGISTRY_PROTOCOL' });
    expect(thief.seen).toEqual([]);
  });

  it('names no secret in any error', async () => {
    const registry = new TokenRegistry();
    registry.accepted = new Set();
    const { result } = await listing(registry, alice);
    const reason: unknown = result.status === 'rejected' ? result.reason : undefined;
    const text = JSON.stringify(reason, Object.getOwnPropertyNames(reason));
    for (const secret of ['wörd', 't1', 't2', basicOfAlice]) expect(text).not.toContain(secret);
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
    await using client = clientOf(server.host, alice);
    await client.repository(server.host, 'app').pushTagged(content, opening(bytes), 'v1');
    expect(bodies).toEqual([bytes.toString(), bytes.toString()]);
  });
});
