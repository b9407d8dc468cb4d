/** Redirects that lead round, down or astray. */
import { describe, expect, it } from '@jest/globals';
import { bodyOf, json, opening, reply, startLoopbackServer } from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { mediaTypes } from '../content/media-types.js';
import { RegistryClient } from '../registry/registry-client.js';
import type { HttpRequest, HttpResponse, Send } from './send.js';
import { withRedirects } from './with-redirects.js';

/** Answers each request with a redirect to the next of `locations`, then with 200. */
function redirecting(status: number, ...locations: string[]) {
  const sent: HttpRequest[] = [];
  const send: Send = (request) => {
    const location = locations[sent.length];
    sent.push(request);
    const response: Omit<HttpResponse, 'body' | 'closed'> = {
      status: location === undefined ? 200 : status,
      headers: { get: (name) => (name === 'location' ? (location ?? null) : null) },
      url: request.url,
      limitTime: () => undefined,
      cancel: () => undefined,
      bringTo: () => undefined,
    };
    return Promise.resolve({ ...response, body: nothing(), closed: Promise.resolve() });
  };
  return { send: withRedirects(send), sent };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An empty body.
}

const request: HttpRequest = {
  method: 'GET',
  url: new URL('https://r.test/v2/app/blobs/x'),
  operation: 'reading',
  headers: { Authorization: 'Bearer secret', Range: 'bytes=0-1' },
};

describe('following a redirect', () => {
  it('keeps everything within the same scheme, host and port', async () => {
    const { send, sent } = redirecting(302, '/elsewhere');
    await send(request);
    expect(sent[1]).toMatchObject({
      url: new URL('https://r.test/elsewhere'),
      headers: request.headers,
    });
  });

  for (const place of ['https://r.test:444/x', 'https://s.test/x', '//s.test/x']) {
    it(`leaves the authorization behind on the way to ${place}`, async () => {
      const { send, sent } = redirecting(307, place);
      await send(request);
      expect(sent[1]?.headers).toEqual({ Range: 'bytes=0-1' });
    });
  }

  for (const [what, status, ...locations] of [
    ['leads from https to http', 307, 'http://r.test/x'],
    ['leads to another kind of address', 307, 'file:///etc/passwd'],
    ['names a user', 307, 'https://a:b@s.test/'],
    ['has no address', 307, ''],
    ['goes round', 307, ...Array.from({ length: 12 }, () => '/x')],
  ] as const) {
    it(`refuses one that ${what}`, async () => {
      const { send } = redirecting(status, ...locations);
      await expect(send(request)).rejects.toMatchObject({ code: 'REGISTRY_PROTOCOL' });
    });
  }

  it('refuses one that would turn an upload into a download', async () => {
    for (const status of [301, 302, 303]) {
      const { send } = redirecting(status, '/x');
      await expect(send({ ...request, method: 'PUT' })).rejects.toMatchObject({
        code: 'REGISTRY_PROTOCOL',
      });
    }
  });

  it('sends a body again where the method stays', async () => {
    const bodies: string[] = [];
    await using server = await startLoopbackServer(async (incoming, response) => {
      const { method, url = '' } = incoming;
      const body = await bodyOf(incoming);
      if (method === 'HEAD') reply(response, 404);
      else if (url.endsWith('/v1')) reply(response, 308, { Location: `${url}-moved` });
      else {
        bodies.push(body.toString());
        reply(response, 201, { 'Docker-Content-Digest': digestOf(body) });
      }
    });
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const mediaType = mediaTypes.ociIndex;
    const { content, bytes } = json(mediaType, { schemaVersion: 2, mediaType, manifests: [] });
    await client.repository(server.host, 'app').pushTagged(content, opening(bytes), 'v1');
    expect(bodies).toEqual([bytes.toString()]);
  });
});
