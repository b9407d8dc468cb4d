/** Reading blobs from registries that break off, misplace ranges, encode or send too much. */
import { describe, expect, it } from '@jest/globals';
import { noise, reply, startLoopbackServer, type Answering } from '@sallyport/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../content/digest.js';
import type { Descriptor } from '../content/descriptor.js';
import type { FetchOptions } from '../content/target.js';
import { RegistryClient } from './registry-client.js';

const bytes = noise('blob', 300_000);
const blob: Descriptor = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: digestOf(bytes),
  size: bytes.length,
};

async function reading(answer: Answering, options: FetchOptions = {}) {
  await using server = await startLoopbackServer(answer);
  await using client = new RegistryClient({
    plainHttp: [server.host],
    retry: { firstWaitMs: 1, maxRetries: 2 },
  });
  const read = buffer(await client.repository(server.host, 'app').fetch(blob, options));
  // Compared by digest: a difference of 300 000 numbers is of no use to a reader.
  const [result] = await Promise.allSettled([read.then(digestOf)]);
  return { result, ranges: server.headers.map(({ range }) => range), seen: server.seen };
}

/** Announces `right`, sends a part of it and hangs up. */
function breakOff(response: ServerResponse, status: number, part: Buffer, headers = {}): void {
  response.writeHead(status, headers);
  response.write(part, () => response.destroy());
}

function rangeOf(request: IncomingMessage): [number, number] {
  const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  return [Number(first), Number(last) + 1];
}

function honourRange(request: IncomingMessage, response: ServerResponse): void {
  const [start, end] = rangeOf(request);
  const range = `bytes ${start}-${end - 1}/${bytes.length}`;
  reply(response, 206, { 'Content-Range': range }, bytes.subarray(start, end));
}

describe('reading a blob over a connection that breaks', () => {
  for (const [where, sent] of [
    ['before the first byte', 0],
    ['after the first byte', 1],
    ['in the middle', 150_000],
    ['before the last byte', bytes.length - 1],
  ] as const) {
    it(`goes on where it was when it breaks ${where}`, async () => {
      let isBroken = false;
      const { result, ranges } = await reading((request, response) => {
        const wasBroken = isBroken;
        isBroken = true;
        if (request.headers.range !== undefined) honourRange(request, response);
        else if (wasBroken) reply(response, 200, {}, bytes);
        else breakOff(response, 200, bytes.subarray(0, sent), { 'Content-Length': bytes.length });
      });
      expect(result).toEqual({ status: 'fulfilled', value: blob.digest });
      if (sent > 1) expect(ranges[1]).toMatch(/^bytes=\d+-299999$/);
    });
  }

  it('goes on after an end that only looks clean', async () => {
    let first = true;
    const { result } = await reading((request, response) => {
      if (!first) {
        honourRange(request, response);
        return;
      }
      first = false;
      // No length and no chunks: the end of the connection is the end of the body.
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { Connection: 'close' });
      response.end(bytes.subarray(0, 1000));
    });
    expect(result).toEqual({ status: 'fulfilled', value: blob.digest });
  });

  it('skips exactly what it has when the range is ignored', async () => {
    let first = true;
    const { result } = await reading((_, response) => {
      if (!first) {
        reply(response, 200, {}, bytes);
        return;
      }
      first = false;
      breakOff(response, 200, bytes.subarray(0, 100_000), { 'Content-Length': bytes.length });
    });
    expect(result).toEqual({ status: 'fulfilled', value: blob.digest });
  });

  it('gives up when attempts bring nothing more', async () => {
    const { result, seen } = await reading((_, response) => {
      breakOff(response, 200, Buffer.alloc(0), { 'Content-Length': bytes.length });
    });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_UNREACHABLE' } });
    expect(seen).toHaveLength(3);
  });

  it('asks the registry again when the address in storage has run out', async () => {
    let isExpired = false;
    await using storage = await startLoopbackServer((request, response) => {
      if (request.headers.range === undefined) {
        isExpired = true;
        breakOff(response, 200, bytes.subarray(0, 5000), { 'Content-Length': bytes.length });
      } else if (isExpired) {
        isExpired = false;
        reply(response, 403, {}, 'expired');
      } else honourRange(request, response);
    });
    const { result, seen } = await reading((_, response) => {
      reply(response, 307, { Location: `${storage.url}/blob` });
    });
    expect(result).toEqual({ status: 'fulfilled', value: blob.digest });
    expect(seen).toHaveLength(3);
  });
});

describe('reading a part of a blob', () => {
  it('asks for a closed range and gives exactly that', async () => {
    const { result, ranges } = await reading(honourRange, { start: 10, end: 20 });
    expect(result).toEqual({ status: 'fulfilled', value: digestOf(bytes.subarray(10, 20)) });
    expect(ranges).toEqual(['bytes=10-19']);
  });

  it('cuts the part out of a whole answer', async () => {
    const { result } = await reading(
      (_, response) => {
        reply(response, 200, {}, bytes);
      },
      { start: 70_000, end: 70_010 },
    );
    expect(result).toEqual({
      status: 'fulfilled',
      value: digestOf(bytes.subarray(70_000, 70_010)),
    });
  });

  it('asks for the whole when the range is refused', async () => {
    const { result } = await reading(
      (request, response) => {
        if (request.headers.range === undefined) reply(response, 200, {}, bytes);
        else reply(response, 416);
      },
      { start: 5, end: 9 },
    );
    expect(result).toEqual({ status: 'fulfilled', value: digestOf(bytes.subarray(5, 9)) });
  });

  for (const header of [
    'bytes 11-20/300000',
    'bytes 9-19/300000',
    'bytes 10-20/300000',
    'bytes 10-19/4',
    '',
    'bytes 10-19',
  ]) {
    it(`refuses an answer that says ${JSON.stringify(header)}`, async () => {
      const { result } = await reading(
        (_, response) => {
          reply(response, 206, { 'Content-Range': header }, bytes.subarray(10, 20));
        },
        { start: 10, end: 20 },
      );
      expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
    });
  }

  it('takes a total that is not told', async () => {
    const { result } = await reading(
      (_, response) => {
        reply(response, 206, { 'Content-Range': 'bytes 10-19/*' }, bytes.subarray(10, 20));
      },
      { start: 10, end: 20 },
    );
    expect(result.status).toBe('fulfilled');
  });
});

describe('reading a blob that is not what was promised', () => {
  it('refuses a length that is not the blob’s before reading it', async () => {
    const { result, seen } = await reading((_, response) => {
      reply(response, 200, {}, bytes.subarray(1));
    });
    expect(result).toMatchObject({ reason: { code: 'CONTENT_SIZE_MISMATCH' } });
    expect(seen).toHaveLength(1);
  });

  it('stops at the first byte too many', async () => {
    const { result } = await reading((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(bytes), 1);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    expect(result).toMatchObject({ reason: { code: 'CONTENT_SIZE_MISMATCH' } });
  });

  it('finds out when more bytes than announced arrive as none', async () => {
    const head =
      'HTTP/1.1 206 Partial Content\r\nContent-Length: 10\r\nContent-Range: bytes 0-9/300000\r\n\r\n';
    const { result } = await reading(
      (request, response) => {
        response.detachSocket(request.socket);
        request.socket.end(Buffer.concat([Buffer.from(head), bytes.subarray(0, 20)]));
      },
      { start: 0, end: 10 },
    );
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
  });

  it('refuses bytes that were encoded on their way', async () => {
    const { result } = await reading((_, response) => {
      reply(response, 200, { 'Content-Encoding': 'gzip' }, bytes);
    });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
  });

  it('says so when it is not there', async () => {
    const { result } = await reading((_, response) => {
      reply(response, 404);
    });
    expect(result).toMatchObject({ reason: { code: 'CONTENT_NOT_FOUND' } });
  });
});

describe('looking whether a blob is there', () => {
  async function looking(answer: Answering) {
    await using server = await startLoopbackServer(answer);
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const found = await client.repository(server.host, 'app').exists(blob);
    return { found, seen: server.seen };
  }

  it('asks with GET for one byte where HEAD is refused', async () => {
    const { found, seen } = await looking((request, response) => {
      if (request.method === 'HEAD') reply(response, 405);
      else honourRange(request, response);
    });
    expect(found).toBe(true);
    expect(seen).toHaveLength(2);
  });

  it('asks with GET where storage signs for GET alone', async () => {
    await using storage = await startLoopbackServer((request, response) => {
      if (request.method === 'HEAD') reply(response, 403);
      else honourRange(request, response);
    });
    const { found } = await looking((_, response) => {
      reply(response, 307, { Location: storage.url });
    });
    expect(found).toBe(true);
  });

  it('says no for 404', async () => {
    const { found } = await looking((_, response) => {
      reply(response, 404);
    });
    expect(found).toBe(false);
  });
});

describe('stopping in the middle of a blob', () => {
  it('rejects with the very reason of the abort', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, 10));
    });
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const stop = new AbortController();
    const reason = new Error('enough');
    const reading = (async () => {
      const { signal } = stop;
      for await (const chunk of await client
        .repository(server.host, 'app')
        .fetch(blob, { signal })) {
        expect(chunk).toHaveLength(10);
        stop.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
  });

  it('gives up on a registry that falls silent', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, 10));
    });
    await using client = new RegistryClient({
      plainHttp: [server.host],
      timeouts: { idleMs: 50 },
      retry: { maxRetries: 0 },
    });
    const read = buffer(await client.repository(server.host, 'app').fetch(blob));
    await expect(read).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });
});
