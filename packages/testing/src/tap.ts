/** Passes connections on to a loopback port and keeps what the client said: for tests of what others get to see. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Tap extends AsyncDisposable {
  readonly port: number;
  /** All bytes that came from clients so far. */
  passed(): Buffer;
}

export async function startTap(targetPort: number): Promise<Tap> {
  const said: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(targetPort, '127.0.0.1');
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => undefined);
    }
    socket.on('data', (chunk) => said.push(chunk));
    socket.pipe(onward).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    passed: () => Buffer.concat(said),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
