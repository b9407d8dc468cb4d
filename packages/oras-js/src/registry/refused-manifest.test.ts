/** What to do about a manifest that a registry declines. */
import { describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  opening,
  refusalText,
  reply,
  startLoopbackServer,
  tinyImage,
} from '@sallyport/testing';
import { RegistryClient } from './registry-client.js';

const image = await tinyImage({ docker: true });
const manifest = image.contents.at(-1);

async function storing(status: number, body: string, type = 'application/json') {
  await using server = await startLoopbackServer(async (request, response) => {
    await bodyOf(request);
    reply(response, request.method === 'PUT' ? status : 404, { 'Content-Type': type }, body);
  });
  await using client = new RegistryClient({ plainHttp: [server.host], retry: { maxRetries: 0 } });
  const open = opening(manifest?.bytes ?? Buffer.alloc(0));
  const pushed = client.repository(server.host, 'app').pushTagged(image.root, open, 'v1');
  const [result] = await Promise.allSettled([pushed]);
  return { result, seen: server.seen };
}

describe('being refused a manifest of Docker’s types', () => {
  for (const [status, body] of [
    [415, ''],
    [415, refusalText('MANIFEST_INVALID')],
    [400, refusalText('MANIFEST_INVALID')],
  ] as const) {
    it(`names the setting, and sends nothing else, after ${status} ${body}`, async () => {
      const { result, seen } = await storing(status, body);
      expect(result).toMatchObject({
        reason: { code: 'REGISTRY_REFUSED', hint: expect.stringContaining('Docker types') },
      });
      expect(seen.filter((line) => line.startsWith('PUT'))).toHaveLength(1);
    });
  }

  it('says that it was not the registry when a web page declines', async () => {
    const { result } = await storing(405, '<html>no</html>', 'text/html');
    expect(result).toMatchObject({
      reason: { code: 'REGISTRY_REFUSED', hint: expect.stringContaining('web server declined') },
    });
  });
});
