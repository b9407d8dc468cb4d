/** Bodies that are not as long as announced, and servers that answer before they have read them. */
import { describe, expect, it } from '@jest/globals';
import { bodyOf, reply, startLoopbackServer, type Answering } from '@sallyport/testing';
import { Readable } from 'node:stream';
import { Agents } from './agents.js';
import { nodeSend } from './node-send.js';
import { drain, readBody } from './read-body.js';
import type { HttpRequest } from './send.js';
import { timeoutDefaults } from './timeouts.js';

async function sending(answer: Answering, size: number, chunks: AsyncIterable<Uint8Array>) {
  await using server = await startLoopbackServer(answer);
  const agents = new Agents({ connectMs: 1000 });
  const send = nodeSend({ agents, timeouts: timeoutDefaults, userAgent: 'test' });
  const request: HttpRequest = {
    method: 'PUT',
    url: new URL(server.url),
    operation: 'sending',
    body: { size, open: () => Promise.resolve(chunks) },
  };
  const sent = send(request).then(async (response) => {
    await drain(response);
    return response.status;
  });
  const [result] = await Promise.allSettled([sent]);
  await agents.close();
  return { result, headers: server.headers };
}

/** Counts what was taken of it. */
class Source {
  taken = 0;

  async *chunks(count: number, bytes: number): AsyncGenerator<Uint8Array> {
    for (; this.taken < count; this.taken += 1) yield Buffer.alloc(bytes, 'x');
  }
}

const taking: Answering = async (request, response) => {
  await bodyOf(request);
  reply(response, 201);
};

describe('sending a body', () => {
  it('announces its length', async () => {
    const { result, headers } = await sending(taking, 300, new Source().chunks(3, 100));
    expect(result).toEqual({ status: 'fulfilled', value: 201 });
    expect(headers[0]).toMatchObject({ 'content-length': '300' });
    expect(headers[0]).not.toHaveProperty('transfer-encoding');
  });

  it('does not wait for ever when it is shorter than announced', async () => {
    const { result } = await sending(taking, 301, new Source().chunks(3, 100));
    expect(result).toMatchObject({ reason: { code: 'CONTENT_SIZE_MISMATCH' } });
  });

  it('stops at the first byte beyond what was announced', async () => {
    const source = new Source();
    const { result } = await sending(taking, 250, source.chunks(1000, 100));
    expect(result).toMatchObject({ reason: { code: 'CONTENT_SIZE_MISMATCH' } });
    expect(source.taken).toBe(2);
  });

  it('does not take a yes for an answer that came before the end', async () => {
    const { result } = await sending(
      (request, response) => {
        reply(response, 201);
        response.on('finish', () => request.socket.destroy());
      },
      100_000_000,
      new Source().chunks(1000, 100_000),
    );
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_UNREACHABLE', mayPass: true } });
  });

  it('reads a no that came before the end', async () => {
    const { result } = await sending(
      (request, response) => {
        request.once('data', () => {
          reply(response, 413);
        });
        request.resume();
      },
      1_000_000,
      new Source().chunks(10, 100_000),
    );
    expect(result).toEqual({ status: 'fulfilled', value: 413 });
  });
});

describe('asking past the HTTP library', () => {
  const manifest = Buffer.from('{"schemaVersion":2}');

  async function putting(answer: Answering, access: HttpRequest['access']) {
    const bodies: string[] = [];
    await using server = await startLoopbackServer(async (request, response) => {
      bodies.push((await bodyOf(request)).toString());
      await answer(request, response);
    });
    const agents = new Agents({ connectMs: 1000 });
    const send = nodeSend({ agents, timeouts: timeoutDefaults, userAgent: 'test' });
    const response = await send({
      method: 'PUT',
      url: new URL(server.url),
      operation: 'storing',
      access,
      body: {
        size: manifest.byteLength,
        open: async () => Readable.from([manifest.subarray(0, 5), manifest.subarray(5)]),
      },
    });
    const words = (await readBody(response, 1000, 'storing')).toString();
    await agents.close();
    return { bodies, words, status: response.status };
  }

  const access = { registry: 'r', origin: 'http://r', scopes: [] };
  const inChunks =
    (status: number): Answering =>
    (_, response) => {
      response.writeHead(status).write('wor');
      response.end('ds');
    };

  it('asks once more by it for a refusal in chunks, whose words are wanted', async () => {
    expect(await putting(inChunks(400), access)).toEqual({
      status: 400,
      words: 'words',
      bodies: [manifest.toString(), manifest.toString()],
    });
  });

  it('does nothing twice that was done, whatever form the answer has', async () => {
    expect(await putting(inChunks(201), access)).toEqual({
      status: 201,
      words: '',
      bodies: [manifest.toString()],
    });
  });

  it('shows a password no second time to whoever refuses it in chunks', async () => {
    for (const [status, as] of [
      [401, access],
      [400, undefined],
    ] as const) {
      expect(await putting(inChunks(status), as)).toMatchObject({ status, bodies: { length: 1 } });
    }
  });
});
