/** Answers that are read past the HTTP library, and connections that are kept for the next one. */
import { describe, expect, it } from '@jest/globals';
import { eventually, noise, reply, startLoopbackServer, tempDir } from '@sallyport/testing';
import { describeWith, testCertificates, type Answering } from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Agents, type AgentOptions } from './agents.js';
import type { RawRequest } from './raw-connections.js';
import { RegistryError } from '../registry/registry-error.js';

const bytes = noise('raw', 700_000);

interface Scene {
  /** What came, or "library" where the HTTP library has to be asked. */
  readonly ask: (signal?: AbortSignal, request?: Partial<RawRequest>) => Promise<string>;
  /** One for each request that came, in order. */
  readonly connections: readonly Socket[];
  readonly url: string;
}

async function withAgents(
  answer: Answering,
  act: (scene: Scene) => Promise<void>,
  { tls, options }: { tls?: ServerOptions; options?: Partial<AgentOptions> } = {},
): Promise<void> {
  const connections: Socket[] = [];
  await using server = await startLoopbackServer((request, response) => {
    connections.push(request.socket);
    return answer(request, response);
  }, tls);
  const agents = new Agents({ connectMs: 10_000, ...options });
  const ask: Scene['ask'] = async (signal = new AbortController().signal, request = {}) => {
    const url = new URL(server.url);
    const answer = await agents.askRaw({ method: 'GET', url, headers: {}, signal, ...request });
    if (answer === undefined) return 'library';
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body) chunks.push(Buffer.from(chunk));
    const found = Buffer.concat(chunks);
    return found.equals(bytes) ? 'all' : found.toString('latin1');
  };
  try {
    await act({ ask, connections, url: server.url });
  } finally {
    await agents.close();
  }
}

const giving: Answering = (_, response) => {
  reply(response, 200, {}, bytes);
};

describe('reading large answers', () => {
  it('asks the next thing on the same connection', async () => {
    await withAgents(giving, async ({ ask, connections }) => {
      for (let round = 0; round < 3; round += 1) expect(await ask()).toBe('all');
      expect(new Set(connections).size).toBe(1);
    });
  });

  it('makes a new one where the kept one was closed', async () => {
    await withAgents(giving, async ({ ask, connections }) => {
      expect(await ask()).toBe('all');
      connections[0]?.destroy();
      expect(await ask()).toBe('all');
      expect(new Set(connections).size).toBe(2);
    });
  });

  it('makes a new one where the server said it would close the kept one soon', async () => {
    const answer: Answering = (_, response) => {
      // With both of them Node's server does not tell its own time.
      const headers = { Connection: 'keep-alive', 'Keep-Alive': 'timeout=1' };
      reply(response, 200, headers, bytes);
    };
    await withAgents(answer, async ({ ask, connections }) => {
      for (let round = 0; round < 2; round += 1) expect(await ask()).toBe('all');
      expect(new Set(connections).size).toBe(2);
    });
  });

  it('asks again where the kept one is closed while it asks', async () => {
    let count = 0;
    const answer: Answering = (request, response) => {
      count += 1;
      if (count === 2) request.socket.destroy();
      else reply(response, 200, {}, bytes);
    };
    await withAgents(answer, async ({ ask, connections }) => {
      expect(await ask()).toBe('all');
      expect(await ask()).toBe('all');
      expect(connections).toHaveLength(3);
    });
  });

  it('does not ask again for what may have been done', async () => {
    let count = 0;
    const answer: Answering = (request, response) => {
      count += 1;
      if (count === 2) request.socket.destroy();
      else reply(response, 200, {}, bytes);
    };
    await withAgents(answer, async ({ ask, connections }) => {
      expect(await ask()).toBe('all');
      await expect(ask(undefined, { method: 'POST' })).rejects.toMatchObject({
        code: 'ECONNRESET',
      });
      expect(connections).toHaveLength(2);
    });
  });

  it('sends a body behind the head', async () => {
    const answer: Answering = async (request, response) => {
      reply(
        response,
        201,
        {},
        Buffer.concat([Buffer.from(request.method ?? ''), await buffer(request)]),
      );
    };
    await withAgents(answer, async ({ ask }) => {
      const body = Buffer.from([0, 200, 255]);
      const headers = { 'Content-Length': '3' };
      expect(await ask(undefined, { method: 'PUT', body, headers })).toBe('PUT\0\xc8\xff');
    });
  });

  it('does not ask a new one twice', async () => {
    await withAgents(
      ({ socket }) => void socket.destroy(),
      async ({ ask, connections }) => {
        await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
        expect(connections).toHaveLength(1);
      },
    );
  });

  it('hangs up on a server that says more than it was asked', async () => {
    const answer: Answering = ({ socket }, response) => {
      response.on('finish', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      reply(response, 200, {}, bytes);
    };
    await withAgents(answer, async ({ ask, connections }) => {
      expect(await ask()).toMatch(/^all$|HTTP/);
      await eventually(() => {
        expect(connections[0]?.destroyed).toBe(true);
      });
      expect(await ask()).toMatch(/^all$|HTTP/);
      expect(new Set(connections).size).toBe(2);
    });
  });

  it('leaves a host whose answers have another form to the HTTP library', async () => {
    const answer: Answering = (_, response) => {
      response.write(bytes);
      response.end();
    };
    await withAgents(answer, async ({ ask, connections }) => {
      for (let round = 0; round < 3; round += 1) expect(await ask()).toBe('library');
      expect(connections).toHaveLength(1);
    });
  });

  it('leaves only that kind of question to it', async () => {
    const answer: Answering = (request, response) => {
      if (request.url === '/blob') reply(response, 200, {}, bytes);
      else response.writeHead(404).end('no length');
    };
    await withAgents(answer, async ({ ask, url }) => {
      expect(await ask()).toBe('library');
      expect(await ask(undefined, { url: new URL('/blob', url), lendChunks: true })).toBe('all');
    });
  });

  it('gives up when it is told to', async () => {
    const controller = new AbortController();
    const answer: Answering = (_, response) => {
      response.writeHead(200, { 'Content-Length': bytes.length }).write(bytes.subarray(0, 1000));
      response.once('close', () => (isClosed = true));
      setImmediate(() => {
        controller.abort();
      });
    };
    let isClosed = false;
    await withAgents(answer, async ({ ask }) => {
      await expect(ask(controller.signal)).rejects.toMatchObject({ code: 'ECONNRESET' });
      await eventually(() => {
        expect(isClosed).toBe(true);
      });
    });
  });

  it('leaves what goes through a proxy to the HTTP library', async () => {
    const proxy = { httpProxy: new URL('http://127.0.0.1:9') };
    const agents = new Agents({ connectMs: 1000, proxy });
    const { signal } = new AbortController();
    const asked: RawRequest = {
      method: 'GET',
      url: new URL('http://registry.test/'),
      headers: {},
      signal,
    };
    expect(await agents.askRaw(asked)).toBeUndefined();
  });
});

describeWith(['openssl'], 'reading large answers over TLS', () => {
  it('trusts the given authority and nobody else', async () => {
    await using folder = await tempDir();
    const { ca, server } = await testCertificates(folder.path);
    const tls = { cert: await readFile(server.certificate), key: await readFile(server.key) };
    const options = { ca: await readFile(ca, 'utf8') };
    await withAgents(
      giving,
      async ({ ask }) => {
        expect(await ask()).toBe('all');
      },
      { tls, options },
    );
    await withAgents(
      giving,
      async ({ ask }) => {
        const refusal: unknown = await ask().catch((error: unknown) => error);
        expect(refusal).not.toBeInstanceOf(RegistryError);
        expect(refusal).toMatchObject({ code: expect.stringMatching(/SELF_SIGNED|VERIFY/) });
      },
      { tls },
    );
  });
});
