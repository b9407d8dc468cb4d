/** Answers over TLS: gathered from its records, and brought where they are wanted. Needs openssl. */
import { beforeAll, expect, it, jest } from '@jest/globals';
import {
  describeWith,
  eventually,
  noise,
  reply,
  startLoopbackServer,
  tempDir,
  testPems,
  type Answering,
  type TestPems,
} from '@sallyport/testing';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agents } from './agents.js';
import { RawConnection } from './raw-connection.js';
import { RawExchange, type RawAnswer } from './raw-exchange.js';
import { slabBytes } from './slabs.js';

const body = noise('body', 8 * 1024 * 1024);

let pems: TestPems;

interface Scene {
  readonly ask: () => Promise<RawAnswer>;
  readonly connections: ReadonlySet<Socket>;
}

const giving: Answering = (_, response) => {
  reply(response, 200, {}, body);
};

async function withServer(answer: Answering, act: (scene: Scene) => Promise<void>): Promise<void> {
  const connections = new Set<Socket>();
  await using server = await startLoopbackServer((request, response) => {
    connections.add(request.socket);
    return answer(request, response);
  }, pems.server);
  const agents = new Agents({ connectMs: 10_000, ca: pems.ca });
  const { signal } = new AbortController();
  try {
    await act({
      connections,
      ask: async () => {
        const url = new URL(server.url);
        const given = await agents.askRaw({ method: 'GET', url, headers: {}, signal });
        if (given === undefined) throw new Error('expected an answer past the HTTP library');
        return given;
      },
    });
  } finally {
    await agents.close();
  }
}

/** @returns How many bytes came in `memory`, each chunk of which was checked to be in its place. */
async function readAll(given: RawAnswer, memory = Buffer.alloc(0)): Promise<number> {
  let position = 0;
  let broughtBytes = 0;
  for await (const chunk of given.body) {
    expect(Buffer.compare(chunk, body.subarray(position, position + chunk.byteLength))).toBe(0);
    if (chunk.buffer === memory.buffer) {
      expect(chunk.byteOffset).toBe(memory.byteOffset + position);
      broughtBytes += chunk.byteLength;
    }
    position += chunk.byteLength;
  }
  expect(position).toBe(body.byteLength);
  return broughtBytes;
}

describeWith(['openssl'], 'an answer over TLS', () => {
  beforeAll(async () => {
    await using folder = await tempDir();
    pems = await testPems(folder.path);
  });

  it('is brought to where its reader wants it, but for what came before that was told', async () => {
    await withServer(giving, async ({ ask }) => {
      const memory = Buffer.alloc(body.byteLength);
      const given = await ask();
      given.bringTo((position) => memory.subarray(position));
      const broughtBytes = await readAll(given, memory);
      expect(broughtBytes).toBeGreaterThan(body.byteLength / 2);
      const at = body.byteLength - broughtBytes;
      expect(memory.subarray(at).equals(body.subarray(at))).toBe(true);
    });
  });

  it('is brought where it is wanted piece by piece, too', async () => {
    await withServer(giving, async ({ ask }) => {
      const pieceBytes = 100_000;
      const memory = Buffer.alloc(body.byteLength);
      const given = await ask();
      given.bringTo((position) =>
        memory.subarray(position, position + pieceBytes - (position % pieceBytes)),
      );
      expect(await readAll(given, memory)).toBeGreaterThan(body.byteLength / 2);
    });
  });

  it('is whole when the connection ends right behind it', async () => {
    const ending: Answering = (request, response) => {
      reply(response, 200, { Connection: 'close' }, body);
      request.socket.end();
    };
    await withServer(ending, async ({ ask }) => {
      for (let round = 0; round < 5; round += 1) await readAll(await ask());
    });
  });

  it('is nowhere any more that was wanted, once its reader has gone away', async () => {
    // Many records come in each read then, and TLS goes through all of them at once.
    const inSmallRecords: Answering = (request, response) => {
      if (request.socket instanceof TLSSocket) request.socket.setMaxSendFragment(512);
      return giving(request, response);
    };
    await withServer(inSmallRecords, async ({ ask }) => {
      const memory = Buffer.alloc(body.byteLength);
      const given = await ask();
      given.bringTo((position) => memory.subarray(position));
      for await (const chunk of given.body) if (chunk.buffer === memory.buffer) break;
      memory.fill(0);
      await sleep(100);
      expect(memory.every((byte) => byte === 0)).toBe(true);
    });
  });

  it('comes nowhere near what the answer before it was brought to', async () => {
    await withServer(giving, async ({ ask, connections }) => {
      const memory = Buffer.alloc(2 * body.byteLength);
      const given = await ask();
      given.bringTo((position) => memory.subarray(position));
      await readAll(given, memory);
      memory.fill(0);
      await readAll(await ask());
      expect(connections.size).toBe(1);
      expect(memory.every((byte) => byte === 0)).toBe(true);
    });
  });

  it('is asked for on no connection on which something came unasked, looked at or not', async () => {
    const sockets: Socket[] = [];
    await using server = await startLoopbackServer((request, response) => {
      sockets.push(request.socket);
      return giving(request, response);
    }, pems.server);
    const connection = new RawConnection(
      new URL(server.url),
      { ca: pems.ca },
      10_000,
      () => undefined,
    );
    const exchange = new RawExchange(connection, () => {
      connection.release();
    });
    const { signal } = new AbortController();
    const given = await exchange.ask('GET', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', signal);
    if (given === undefined) throw new Error('expected an answer past the HTTP library');
    await readAll(given);
    expect(connection.isUsable).toBe(true);

    const never = setImmediate(() => undefined);
    const looking = jest.spyOn(globalThis, 'setImmediate').mockReturnValue(never);
    try {
      for (const socket of sockets) socket.write('HTTP/1.1 408 Too Slow\r\n\r\n');
      await eventually(() => {
        expect(looking).toHaveBeenCalled();
      });
      expect(connection.isUsable).toBe(false);
    } finally {
      looking.mockRestore();
      connection.close();
    }
  });

  it('is held by the system while its reader is slow', async () => {
    await withServer(giving, async ({ ask }) => {
      const memory = new Set<ArrayBufferLike>();
      for await (const chunk of (await ask()).body) {
        memory.add(chunk.buffer);
        await sleep(1);
      }
      expect(memory.size * slabBytes).toBeLessThan(body.byteLength / 2);
    });
  });
});
