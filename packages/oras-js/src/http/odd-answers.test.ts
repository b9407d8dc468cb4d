/** Servers that say things at the wrong moment, or in a form that is not read past the HTTP library. */
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@sallyport/testing';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agents } from './agents.js';
import type { RawAnswer } from './raw-exchange.js';
import type { Method } from './send.js';

interface Scene {
  readonly ask: (method?: Method, signal?: AbortSignal) => Promise<RawAnswer | undefined>;
  readonly sockets: readonly Socket[];
  /** How many requests came, of all connections together. */
  readonly asked: () => number;
}

/** A server that is told what to send for each request, byte by byte. */
async function withServer(
  answer: (socket: Socket, request: number) => void,
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  let asked = 0;
  const serve = (socket: Socket): void => {
    sockets.push(socket);
    socket
      .on('error', () => undefined)
      .on('data', () => {
        asked += 1;
        answer(socket, asked);
      });
  };
  const server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://localhost:${port}/`);
  const agents = new Agents({ connectMs: 10_000 });
  const ask: Scene['ask'] = (method = 'GET', signal = new AbortController().signal) =>
    agents.askRaw({ method, url, headers: {}, signal });
  try {
    await act({ ask, sockets, asked: () => asked });
  } finally {
    await agents.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

async function textOf(answer: RawAnswer | undefined): Promise<string> {
  if (answer === undefined) return 'library';
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('latin1');
}

const saying = (text: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;

describe('a connection that is kept', () => {
  it('is given up when its server closes it later', async () => {
    await withServer(
      (socket) => socket.write(saying('one')),
      async ({ ask, sockets }) => {
        for (let round = 0; round < 2; round += 1) {
          expect(await textOf(await ask())).toBe('one');
          const [socket] = sockets.slice(-1);
          socket?.end();
          // It closes once the client has heard of it and closed its own side.
          if (socket !== undefined) await once(socket, 'close');
          expect(await textOf(await ask('POST'))).toBe('one');
        }
        expect(sockets).toHaveLength(3);
      },
    );
  });

  it('is given up when its server says something unasked later', async () => {
    await withServer(
      (socket, request) => socket.write(saying(`answer ${request}`)),
      async ({ ask, sockets }) => {
        expect(await textOf(await ask())).toBe('answer 1');
        sockets[0]?.write(saying('unasked'));
        await eventually(() => {
          expect(sockets[0]?.destroyed).toBe(true);
        });
        expect(await textOf(await ask())).toBe('answer 2');
        expect(sockets).toHaveLength(2);
      },
    );
  });
});

describe('an answer', () => {
  it.each(['GET', 'POST'] as const)(
    'is read behind others that only announce it: %s',
    async (method) => {
      const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n';
      await withServer(
        (socket) => {
          socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 10');
          void sleep(20).then(() => socket.write(`${early.slice(11)}${saying('at last')}`));
        },
        async ({ ask, asked }) => {
          expect(await textOf(await ask(method))).toBe('at last');
          expect(asked()).toBe(1);
        },
      );
    },
  );

  it.each([
    ['a reason beyond ASCII', 'HTTP/1.1 200 D\u00e9j\u00e0\r\nContent-Length: 0\r\n\r\n'],
    ['a line that is none', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ['lines that end otherwise', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
    ['no HTTP at all', '220 mail.example.com ready\r\n'],
    ['trouble in odd words', 'HTTP/1.1 504 Gateway\r\nno colon\r\n\r\n'],
    ['a wish for a login in odd words', 'HTTP/1.1 401 Non autoris\u00e9\r\nA: b\r\n\r\n'],
    ['an end in its head', 'HTTP/1.1 200 OK\r\nContent-'],
  ])('of another form is asked for again only where that is safe: %s', async (form, text) => {
    const answer = (socket: Socket): void => {
      socket.write(text, 'latin1');
      if (form === 'an end in its head') socket.end();
    };
    await withServer(answer, async ({ ask, asked }) => {
      // Whoever repeats requests decides about this one; at the next time the HTTP library is asked.
      await expect(ask('POST')).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(asked()).toBe(1);
      expect(await ask('POST')).toBeUndefined();
      expect(asked()).toBe(1);
      expect(await ask('GET')).toBeUndefined();
      expect(asked()).toBe(2);
    });
  });

  it('of another form that refuses is asked for again: nothing was done', async () => {
    const refusal = 'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n';
    await withServer(
      (socket) => socket.write(refusal),
      async ({ ask }) => {
        expect(await ask('POST')).toBeUndefined();
      },
    );
  });

  it('of more than a head can hold is left to the HTTP library, also behind one that announces it', async () => {
    const early = `HTTP/1.1 103 Early Hints\r\nLink: ${'a'.repeat(10_000)}\r\n\r\n`;
    const head = `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(8000)}\r\nContent-Length: 0\r\n\r\n`;
    await withServer(
      (socket) => socket.write(early + head),
      async ({ ask }) => {
        expect(await ask()).toBeUndefined();
      },
    );
  });

  it('that was given up in its head says nothing about its server', async () => {
    await withServer(
      (socket, request) => socket.write(request === 1 ? 'HTTP/1.1 200' : saying('whole')),
      async ({ ask, asked }) => {
        const controller = new AbortController();
        const given = ask('GET', controller.signal);
        await eventually(() => {
          expect(asked()).toBe(1);
        });
        await sleep(20);
        controller.abort();
        expect(await given).toBeUndefined();
        expect(await textOf(await ask())).toBe('whole');
      },
    );
  });
});
