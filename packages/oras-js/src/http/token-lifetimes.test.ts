/** How long a token is good for, by what is said of it and by what is not. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
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
import { performance } from 'node:perf_hooks';

/** Lets so many seconds pass on the clock of tokens alone. */
function passSeconds(seconds: number): void {
  jest.restoreAllMocks();
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + seconds * 1000);
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('keeping a token', () => {
  for (const [what, said, seconds] of [
    ['a minute when nothing is said', {}, 60],
    ['a minute when less is said', { expires_in: 1 }, 60],
    ['a minute when nonsense is said', { expires_in: 'soon' }, 60],
    ['as long as is said', { expires_in: 300 }, 300],
  ] as const) {
    it(`uses it for ${what}, less ten seconds`, async () => {
      const registry = new TokenRegistry();
      registry.tokenReply = () => ({ body: { access_token: 't1', ...said } });
      await using server = await startLoopbackServer(registry.answer);
      await using client = loggingIn(server.host, alice);
      await tagsAt(client, server.host);
      passSeconds(seconds - 15);
      await tagsAt(client, server.host);
      expect(registry.asked).toHaveLength(1);
      passSeconds(seconds - 5);
      await tagsAt(client, server.host);
      expect(registry.asked).toHaveLength(2);
    });
  }
});

describe('being asked in several ways at once', () => {
  it('reads challenges that stand in a header line each', async () => {
    const registry = new TokenRegistry();
    await using server = await startLoopbackServer(async (request, response) => {
      const { url = '', headers } = request;
      if (url.startsWith('/token') || headers.authorization !== undefined) {
        await registry.answer(request, response);
        return;
      }
      const bearer = registry.challenge(headers.host ?? '');
      reply(response, 401, { 'WWW-Authenticate': ['Negotiate', 'Basic realm="a, b"', bearer] });
    });
    await using client = loggingIn(server.host, alice);
    expect(await tagsAt(client, server.host)).toEqual(['v1']);
    expect(registry.asked[0]?.authorization).toBe(basicOfAlice);
  });
});

describe('logging in without a user name', () => {
  it('sends the password alone', async () => {
    const registry = new TokenRegistry();
    registry.challenge = () => 'Basic realm="x"';
    const encoded = `Basic ${Buffer.from(':wörd').toString('base64')}`;
    registry.accepted = new Set([encoded]);
    const { result } = await listingWith(registry, { username: '', password: 'wörd' });
    expect(result).toEqual({
      status: 'fulfilled',
      value: (JSON.parse(tagsPage) as { tags: string[] }).tags,
    });
  });
});
