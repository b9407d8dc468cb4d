/** What is tried again, how often, and how long it waits. */
import { describe, expect, it } from '@jest/globals';
import { reply, startLoopbackServer, type Answering } from '@sallyport/testing';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { digestOf } from '../content/digest.js';
import { RegistryClient } from '../registry/registry-client.js';
import { RegistryError } from '../registry/registry-error.js';
import type { RetryEvent, RetryOptions } from './retry-options.js';

async function pinging(answer: Answering, retry: RetryOptions = {}, signal?: AbortSignal) {
  await using server = await startLoopbackServer(answer);
  const events: RetryEvent[] = [];
  await using client = new RegistryClient({
    plainHttp: [server.host],
    retry: { firstWaitMs: 1, ...retry },
    onRetry: (event) => events.push(event),
  });
  const [result] = await Promise.allSettled([client.ping(server.host, { signal })]);
  return { result, seen: server.seen, events };
}

/** Answers with `status` as often as said, then well. */
function failing(times: number, status: number, headers = {}): Answering {
  let left = times;
  return (_, response) => {
    left -= 1;
    reply(response, left >= 0 ? status : 200, headers);
  };
}

describe('trying again', () => {
  for (const status of [408, 429, 500, 502, 503, 504]) {
    it(`does so after ${status}`, async () => {
      const { result, seen } = await pinging(failing(2, status));
      expect(result.status).toBe('fulfilled');
      expect(seen).toHaveLength(3);
    });
  }

  for (const status of [400, 403, 404, 405, 501, 505]) {
    it(`does not do so after ${status}, nor says that it may pass`, async () => {
      const { result, seen } = await pinging(failing(9, status));
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(RegistryError) });
      expect(result).not.toMatchObject({ reason: { code: 'REGISTRY_UNAVAILABLE' } });
      expect(seen).toHaveLength(1);
    });
  }

  it('does so after a broken connection, and tells', async () => {
    let isFirst = true;
    const { result, events } = await pinging((_, response) => {
      if (isFirst) response.destroy();
      else reply(response, 200);
      isFirst = false;
    });
    expect(result.status).toBe('fulfilled');
    expect(events).toMatchObject([{ retry: 1, error: { code: 'REGISTRY_UNREACHABLE' } }]);
  });

  it('ends after the given number with the last reason', async () => {
    const { result, seen } = await pinging(failing(99, 503), { maxRetries: 3 });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_UNAVAILABLE', status: 503 } });
    expect(seen).toHaveLength(4);
  });

  it('doubles its waits and spreads them', async () => {
    const { events } = await pinging(failing(3, 503), { firstWaitMs: 4, random: () => 0.5 });
    expect(events.map(({ waitMs }) => waitMs)).toEqual([4, 8, 16]);
    const { events: late } = await pinging(failing(2, 503), { firstWaitMs: 4, random: () => 1 });
    expect(late.map(({ waitMs }) => waitMs)).toEqual([5, 10]);
  });

  it('waits as long as the registry asks', async () => {
    const { events } = await pinging(failing(1, 429, { 'Retry-After': '1' }));
    expect(events).toMatchObject([{ waitMs: 1000 }]);
  });

  it('does not wait longer than allowed, and asks no more', async () => {
    const { result, seen } = await pinging(failing(1, 429, { 'Retry-After': '3600' }));
    expect(result).toMatchObject({
      reason: { code: 'REGISTRY_RATE_LIMITED', retryAfterMs: 3_600_000 },
    });
    expect(seen).toHaveLength(1);
  });

  it('leaves a host alone for all who talk to it', async () => {
    const times: number[] = [];
    await using server = await startLoopbackServer((_, response) => {
      times.push(Date.now());
      const headers = times.length === 1 ? { 'Retry-After': '1' } : {};
      reply(response, times.length === 1 ? 429 : 200, headers);
    });
    const second = new AbortController();
    await using client = new RegistryClient({
      plainHttp: [server.host],
      retry: { firstWaitMs: 1 },
      onRetry: () => {
        second.abort();
      },
    });
    const first = client.ping(server.host);
    await new Promise((resolve) => {
      second.signal.addEventListener('abort', resolve);
    });
    await Promise.all([first, client.ping(server.host)]);
    const [start = 0, ...later] = times;
    for (const time of later) expect(time - start).toBeGreaterThanOrEqual(990);
  });

  it('stops waiting with the very reason of the abort', async () => {
    const stop = new AbortController();
    const reason = { why: 'Ctrl-C' };
    const answer: Answering = (_, response) => {
      reply(response, 503);
      response.on('close', () => {
        stop.abort(reason);
      });
    };
    const { result } = await pinging(answer, { firstWaitMs: 50_000 }, stop.signal);
    expect(result).toEqual({ status: 'rejected', reason });
  });
});

describe('sharing connections', () => {
  it('asks a host no more at once than allowed, and uses connections again', async () => {
    let most = 0;
    const sockets = new Set<unknown>();
    const open: ServerResponse[] = [];
    await using server = await startLoopbackServer(async (request, response) => {
      sockets.add(request.socket);
      most = Math.max(most, open.push(response));
      if (open.length < 3) return;
      // Time enough for a fourth to come, if it were sent.
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
      for (const each of open.splice(0)) reply(each, 200);
    });
    await using client = new RegistryClient({ plainHttp: [server.host], maxConnectionsPerHost: 3 });
    await Promise.all(Array.from({ length: 39 }, () => client.ping(server.host)));
    expect(most).toBe(3);
    expect(sockets.size).toBeLessThanOrEqual(6);
  });

  it('does not wait for ever when each upload reads from the same host', async () => {
    const bytes = Buffer.from('one layer');
    const content = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };
    await using server = await startLoopbackServer((request, response) => {
      const { method, url = '' } = request;
      request.resume().on('end', () => {
        if (method === 'GET') reply(response, 200, {}, bytes);
        else if (method === 'POST') reply(response, 202, { Location: `${url}1` });
        else reply(response, method === 'PATCH' ? 202 : method === 'PUT' ? 201 : 404);
      });
    });
    await using client = new RegistryClient({ plainHttp: [server.host], maxConnectionsPerHost: 1 });
    const [from, to] = [client.repository(server.host, 'a'), client.repository(server.host, 'b')];
    const copy = () => to.push(content, (options) => from.fetch(content, options));
    await Promise.all([copy(), copy(), copy()]);
    expect(server.seen.filter((line) => line.startsWith('PUT'))).toHaveLength(3);
  });
});

describe('waiting for a server', () => {
  it('gives up when no answer comes', async () => {
    await using server = await startLoopbackServer(() => undefined);
    await using client = new RegistryClient({
      plainHttp: [server.host],
      retry: { maxRetries: 0 },
      timeouts: { answerMs: 20 },
    });
    await expect(client.ping(server.host)).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });

  it('says when nothing listens', async () => {
    const { host } = await startLoopbackServer(() => undefined).then(async (server) => {
      await server[Symbol.asyncDispose]();
      return server;
    });
    await using client = new RegistryClient({ plainHttp: [host], retry: { maxRetries: 0 } });
    await expect(client.ping(host)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', host });
  });

  it('says when something else listens', async () => {
    const { result } = await pinging(
      (request) => {
        request.socket.end('SSH-2.0-x\r\n');
      },
      { maxRetries: 0 },
    );
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
    const page = await pinging((_, response) => {
      reply(response, 200, { 'Content-Type': 'text/html' }, '<html>Welcome</html>');
    });
    expect(page.result).toMatchObject({ reason: { code: 'REGISTRY_NOT_A_REGISTRY' } });
  });
});
