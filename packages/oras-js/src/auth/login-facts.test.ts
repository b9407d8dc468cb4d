/** What a refusal tells about the login, and what it never tells. */
import { describe, expect, it } from '@jest/globals';
import { alice, listingWith, TokenRegistry } from '@sallyport/testing';
import { inspect } from 'node:util';

describe('being refused by a registry that works with tokens', () => {
  it('tells where the token came from, for whom and for what', async () => {
    const registry = new TokenRegistry();
    registry.accepted.clear();
    const { result, host } = await listingWith(registry, alice);
    expect(result).toMatchObject({
      reason: {
        login: {
          realm: `http://${host}/token`,
          service: 'reg',
          account: 'alice',
          scope: 'repository:app:pull',
          isTokenService: false,
        },
        serverTimeMs: expect.any(Number),
      },
    });
  });

  it('tells what the registry has against the token', async () => {
    const registry = new TokenRegistry();
    registry.accepted.clear();
    registry.challenge = (host) =>
      `Bearer realm="http://${host}/token",service="reg",error="invalid_token"`;
    const { result } = await listingWith(registry, alice);
    expect(result).toMatchObject({ reason: { login: { complaint: 'invalid_token' } } });
  });

  it('tells that it was the token service, and shows nobody where nobody logged in', async () => {
    const registry = new TokenRegistry();
    registry.tokenReply = () => ({ status: 403, body: {} });
    const { result } = await listingWith(registry);
    expect(result).toMatchObject({
      reason: { login: { account: undefined, isTokenService: true } },
    });
  });

  it('holds no password, no token and no query', async () => {
    const registry = new TokenRegistry();
    registry.accepted.clear();
    const { result } = await listingWith(registry, alice);
    const text = inspect(result, { depth: 9, showHidden: true });
    for (const secret of [alice.password, 't1', 'fixed=1']) expect(text).not.toContain(secret);
  });
});
