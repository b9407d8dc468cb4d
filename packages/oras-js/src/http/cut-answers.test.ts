/** Answers that break off: after each byte of a small one, and those that come a byte at a time. */
import { describe, expect, it } from '@jest/globals';
import { answerRaw, startLoopbackServer } from '@sallyport/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryClient } from '../registry/registry-client.js';

const body = JSON.stringify({ name: 'app', tags: ['v1', 'v2'] });
const head = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
const chunked = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

async function tagsOf(client: RegistryClient, host: string): Promise<string[]> {
  const tags = [];
  for await (const tag of client.repository(host, 'app').tags()) tags.push(tag);
  return tags;
}

describe('reading an answer that breaks off', () => {
  for (const [how, whole] of [
    ['with a length', head + body],
    ['in chunks', chunked],
  ] as const) {
    it(`never takes a part of one ${how} for the whole, whichever byte is the last`, async () => {
      let at = 0;
      await using server = await startLoopbackServer((_, response) => {
        answerRaw(response, whole.slice(0, at));
      });
      const retry = { maxRetries: 0 };
      await using client = new RegistryClient({ plainHttp: [server.host], retry });
      for (; at < whole.length; at += 1) {
        await expect(tagsOf(client, server.host)).rejects.toMatchObject({
          code: expect.stringMatching(/^REGISTRY_(?:UNREACHABLE|PROTOCOL)$/) as unknown,
        });
      }
      expect(await tagsOf(client, server.host)).toEqual(['v1', 'v2']);
    });
  }
});

describe('reading an answer that comes a byte at a time', () => {
  async function reading(timeouts: { idleMs: number; smallMs: number }) {
    let sent = 0;
    await using server = await startLoopbackServer(async (_, response) => {
      response.writeHead(200, { 'Content-Length': body.length });
      for (sent = 0; sent < body.length && !response.destroyed; sent += 1) {
        response.write(body.charAt(sent));
        await sleep(2);
      }
      response.end();
    });
    await using client = new RegistryClient({
      plainHttp: [server.host],
      retry: { maxRetries: 0 },
      timeouts,
    });
    const [result] = await Promise.allSettled([tagsOf(client, server.host)]);
    return { result, sent };
  }

  it('waits for one that is slow but comes', async () => {
    const { result } = await reading({ idleMs: 30_000, smallMs: 60_000 });
    expect(result).toEqual({ status: 'fulfilled', value: ['v1', 'v2'] });
  });

  it('gives up on a small one that takes longer than allowed as a whole', async () => {
    const { result, sent } = await reading({ idleMs: 30_000, smallMs: 20 });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_TIMEOUT', mayPass: true } });
    expect(sent).toBeLessThan(body.length);
  });
});
