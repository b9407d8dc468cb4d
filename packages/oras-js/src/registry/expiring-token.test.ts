/** Tokens that end in the middle of an upload. */
import { describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  describeBytes,
  noise,
  openingPieces,
  reply,
  shelfBlob,
  shelfBytes,
  startLoopbackServer,
  startRegistry,
  UploadShelf,
} from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import { RegistryClient } from './registry-client.js';

describe('sending parts while the token ends', () => {
  it('goes on in the same session with a new one', async () => {
    const bytes = noise('parts', 7_000_000);
    const blob = describeBytes(bytes);
    await using registry = await startRegistry();
    const gate = registry.requiresToken();
    registry.answers(413, { to: /^PATCH /, times: 1 });
    await using client = new RegistryClient({ retry: { maxRetries: 0 } });
    let opened = 0;
    const app = client.repository(registry.host, 'app');
    await app.push(blob, async () => {
      opened += 1;
      const isInParts = opened === 2;
      return (async function* () {
        for await (const [at, chunk] of numbered(await openingPieces(bytes)())) {
          if (isInParts && at === 60) gate.expireTokens();
          yield chunk;
        }
      })();
    });
    const sent = registry.requests.filter(({ method }) => method === 'POST' || method === 'PATCH');
    const lastSession = sent.slice(sent.findLastIndex(({ method }) => method === 'POST'));
    expect(lastSession.map(({ status }) => status)).toEqual([202, 202, 401, 202, 202]);
    const limitBytes = blob.size;
    expect(digestOf(await readContent(app, blob, { limitBytes }))).toBe(blob.digest);
  });
});

describe('sending to a registry that judges a token when the body is there', () => {
  for (const refused of ['PATCH', 'PUT']) {
    it(`closes no upload of doubled bytes after it kept the body of a ${refused} and refused it`, async () => {
      const shelf = new UploadShelf();
      let isRefused = false;
      shelf.instead = async (request, response) => {
        const { method = '', url = '', headers } = request;
        if (url.startsWith('/token')) {
          reply(response, 200, {}, JSON.stringify({ token: isRefused ? 't2' : 't1' }));
          return true;
        }
        const challenge = `Bearer realm="http://${headers.host ?? ''}/token"`;
        if (headers.authorization === undefined) {
          await bodyOf(request);
          reply(response, 401, { 'WWW-Authenticate': challenge });
          return true;
        }
        if (method !== refused || isRefused) return false;
        isRefused = true;
        shelf.received = Buffer.concat([shelf.received, await bodyOf(request)]);
        reply(response, 401, { 'WWW-Authenticate': challenge });
        return true;
      };
      await using server = await startLoopbackServer(shelf.answer);
      await using client = new RegistryClient({ retry: { firstWaitMs: 1 } });
      await client.repository(server.host, 'app').push(shelfBlob, openingPieces(shelfBytes));
      expect(isRefused).toBe(true);
      expect(shelf.stored?.equals(shelfBytes)).toBe(true);
    });
  }
});

async function* numbered(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<[number, Uint8Array], void, undefined> {
  let at = 0;
  for await (const chunk of chunks) {
    yield [at, chunk];
    at += 1;
  }
}
