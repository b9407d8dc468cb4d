/** Reading blobs over connections that break, fall silent or are given up. */
import { describe, expect, it } from '@jest/globals';
import {
  breakOff,
  honourRange,
  rangeBlob,
  rangeBytes,
  readingFrom,
  reply,
  startLoopbackServer,
} from '@sallyport/testing';
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../content/digest.js';
import { RegistryClient } from './registry-client.js';

describe('reading a blob over a connection that breaks', () => {
  for (const [where, sent] of [
    ['before the first byte', 0],
    ['after the first byte', 1],
    ['in the middle', 150_000],
    ['before the last byte', rangeBytes.length - 1],
  ] as const) {
    it(`goes on where it was when it breaks ${where}`, async () => {
      let isBroken = false;
      const { result, ranges } = await readingFrom((request, response) => {
        const wasBroken = isBroken;
        isBroken = true;
        if (request.headers.range !== undefined) honourRange(request, response);
        else if (wasBroken) reply(response, 200, {}, rangeBytes);
        else
          breakOff(response, 200, rangeBytes.subarray(0, sent), {
            'Content-Length': rangeBytes.length,
          });
      });
      expect(result).toEqual({ status: 'fulfilled', value: rangeBlob.digest });
      if (sent > 1) expect(ranges[1]).toMatch(/^bytes=\d+-299999$/);
    });
  }

  it('has it all when only the end of the answer is missing', async () => {
    const answers: ServerResponse[] = [];
    await using server = await startLoopbackServer((_, response) => {
      answers.push(response);
      // In chunks: the last one, which says that it is the last, never comes.
      response.writeHead(200);
      response.write(rangeBytes);
    });
    await using client = new RegistryClient({ plainHttp: [server.host] });
    let received = 0;
    let askedBefore = 0;
    for await (const chunk of await client.repository(server.host, 'app').fetch(rangeBlob)) {
      received += chunk.byteLength;
      if (received < rangeBytes.length) continue;
      answers.at(-1)?.destroy();
      askedBefore = answers.length;
    }
    expect(received).toBe(rangeBytes.length);
    expect(answers).toHaveLength(askedBefore);
  });

  it('does not take an answer that never began for one that is empty', async () => {
    let asked = 0;
    await using server = await startLoopbackServer((request) => {
      asked += 1;
      request.socket.destroy();
    });
    await using client = new RegistryClient({
      plainHttp: [server.host],
      retry: { maxRetries: 1, firstWaitMs: 1 },
    });
    const empty = { ...rangeBlob, digest: digestOf(new Uint8Array()), size: 0 };
    const bytes = await client.repository(server.host, 'app').fetch(empty);
    await expect(buffer(bytes)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(asked).toBe(2);
  });

  it('goes on after an end that only looks clean', async () => {
    const { result } = await readingFrom((request, response) => {
      if (request.headers.range !== undefined) {
        honourRange(request, response);
        return;
      }
      // No length and no chunks: the end of the connection is the end of the body.
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { Connection: 'close' });
      response.end(rangeBytes.subarray(0, 1000));
    });
    expect(result).toEqual({ status: 'fulfilled', value: rangeBlob.digest });
  });

  it('skips exactly what it has when the range is ignored', async () => {
    let first = true;
    const { result } = await readingFrom((_, response) => {
      if (!first) {
        reply(response, 200, {}, rangeBytes);
        return;
      }
      first = false;
      breakOff(response, 200, rangeBytes.subarray(0, 100_000), {
        'Content-Length': rangeBytes.length,
      });
    });
    expect(result).toEqual({ status: 'fulfilled', value: rangeBlob.digest });
  });

  it('gives up when attempts bring nothing more', async () => {
    const { result, seen } = await readingFrom((_, response) => {
      breakOff(response, 200, Buffer.alloc(0), { 'Content-Length': rangeBytes.length });
    });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_UNREACHABLE' } });
    expect(seen).toHaveLength(3);
  });

  it('asks the registry again when the address in storage has run out', async () => {
    let isExpired = false;
    await using storage = await startLoopbackServer((request, response) => {
      if (request.headers.range === undefined) {
        isExpired = true;
        breakOff(response, 200, rangeBytes.subarray(0, 5000), {
          'Content-Length': rangeBytes.length,
        });
      } else if (isExpired) {
        isExpired = false;
        reply(response, 403, {}, 'expired');
      } else honourRange(request, response);
    });
    const { result, seen } = await readingFrom((_, response) => {
      reply(response, 307, { Location: `${storage.url}/blob` });
    });
    expect(result).toEqual({ status: 'fulfilled', value: rangeBlob.digest });
    expect(seen).toHaveLength(3);
  });
});

describe('stopping in the middle of a blob', () => {
  it('rejects with the very reason of the abort', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(200, { 'Content-Length': rangeBytes.length });
      response.write(rangeBytes.subarray(0, 10));
    });
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const stop = new AbortController();
    const reason = new Error('enough');
    const reading = (async () => {
      const { signal } = stop;
      for await (const chunk of await client
        .repository(server.host, 'app')
        .fetch(rangeBlob, { signal })) {
        expect(chunk).toHaveLength(10);
        stop.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
  });

  it('gives up on a registry that falls silent', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(200, { 'Content-Length': rangeBytes.length });
      response.write(rangeBytes.subarray(0, 10));
    });
    await using client = new RegistryClient({
      plainHttp: [server.host],
      timeouts: { idleMs: 50 },
      retry: { maxRetries: 0 },
    });
    const read = buffer(await client.repository(server.host, 'app').fetch(rangeBlob));
    await expect(read).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });
});
