/** A proxy that notes what it is asked, and leads every name to a port of this computer. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reply } from './loopback-server.js';

export interface HandmadeProxy extends AsyncDisposable {
  /** "GET http://registry.test/v2/", "CONNECT registry.test:443 Basic …", in the order of arrival. */
  readonly asked: readonly string[];
  /** How many connections it has or had, those to where it leads included. */
  readonly sockets: ReadonlySet<Socket>;
  /** @param login `user:password@` */
  url(login?: string): URL;
}

export interface HandmadeProxyOptions {
  /** Where CONNECT leads to. Default: nowhere. */
  readonly targetPort?: number;
  /** What it says to CONNECT. */
  readonly connectStatus?: number;
}

/** Answers every other request with 200 by itself. */
export async function startHandmadeProxy(
  options: HandmadeProxyOptions = {},
): Promise<HandmadeProxy> {
  const { targetPort = 0, connectStatus = 200 } = options;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(({ method = '', url = '' }, response) => {
    asked.push(`${method} ${url}`);
    reply(response, 200);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', ({ url = '', headers }, socket, head) => {
    asked.push(`CONNECT ${url} ${headers['proxy-authorization'] ?? ''}`.trim());
    if (connectStatus === 200) sockets.add(tunnel(socket, head, targetPort));
    else socket.end(`HTTP/1.1 ${connectStatus} No\r\nContent-Length: 0\r\n\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    sockets,
    url: (login = '') => new URL(`http://${login}127.0.0.1:${port}`),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function tunnel(socket: Duplex, head: Buffer, port: number): Socket {
  const onward = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  onward.on('error', () => socket.destroy());
  socket.on('error', () => onward.destroy());
  return onward;
}
