/** Logging in with refresh tokens and with passwords. */
import { describe, expect, it } from '@jest/globals';
import {
  alice,
  basicOfAlice,
  listingWith,
  loggingIn,
  startLoopbackServer,
  tagsAt,
  TokenRegistry,
} from '@sallyport/testing';
import type { Credential } from '../auth/credential.js';

describe('logging in with a refresh token', () => {
  const identity: Credential = { username: '', password: '', identityToken: 'refresh' };

  it('exchanges it by POST', async () => {
    const registry = new TokenRegistry();
    await listingWith(registry, identity);
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
      expect((await listingWith(registry, identity)).result.status).toBe('fulfilled');
    });
  }

  it('uses an access token as it is', async () => {
    const registry = new TokenRegistry();
    await listingWith(registry, { username: '', password: '', registryToken: 't1' });
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
    await using client = loggingIn(server.host, alice);
    await tagsAt(client, server.host);
    await tagsAt(client, server.host);
    expect(registry.authorizations).toEqual([undefined, basicOfAlice, basicOfAlice]);
  });

  it('sends a wrong one once for each thing that is wanted', async () => {
    const registry = new TokenRegistry();
    registry.challenge = () => 'Basic realm="x"';
    registry.accepted = new Set();
    await using server = await startLoopbackServer(registry.answer);
    await using client = loggingIn(server.host, alice);
    for (let round = 0; round < 2; round += 1) {
      const refused = { code: 'REGISTRY_UNAUTHORIZED' };
      await expect(tagsAt(client, server.host)).rejects.toMatchObject(refused);
    }
    expect(registry.authorizations).toEqual([undefined, basicOfAlice, basicOfAlice]);
  });

  it('says what to do when it has none', async () => {
    const registry = new TokenRegistry();
    registry.challenge = () => 'Basic realm="x"';
    const { result } = await listingWith(registry);
    expect(result).toMatchObject({
      reason: { code: 'REGISTRY_UNAUTHORIZED', hint: expect.stringContaining('log in') },
    });
    expect(registry.authorizations).toHaveLength(1);
  });
});
