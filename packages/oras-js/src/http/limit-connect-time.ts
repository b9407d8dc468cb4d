/** Gives up connections that do not come about: without this, the system waits for minutes. */
import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';

type CreateConnection = (...args: unknown[]) => Duplex | null | undefined;

/** @param ready The event after which the connection stands: `secureConnect` when TLS is part of it. */
export function limitConnectTime<Limited extends Agent>(
  agent: Limited,
  ready: 'connect' | 'secureConnect',
  connectMs: number,
): Limited {
  const target = agent as unknown as { createConnection: CreateConnection };
  const create = target.createConnection.bind(agent);
  target.createConnection = (...args) => {
    const socket = create(...args);
    if (socket !== null && socket !== undefined) destroyAfter(socket, ready, connectMs);
    return socket;
  };
  return agent;
}

/** @param ready The event after which the connection stands. */
export function destroyAfter(
  socket: Duplex,
  ready: 'connect' | 'secureConnect',
  connectMs: number,
): void {
  const timer = setTimeout(() => {
    socket.destroy(connectTimeout(connectMs));
  }, connectMs);
  const stop = (): void => {
    clearTimeout(timer);
  };
  socket.once(ready, stop).once('close', stop);
}

export function connectTimeout(connectMs: number): Error {
  const error = new Error(`no connection within ${connectMs} ms`);
  return Object.assign(error, { code: 'ERR_CONNECT_TIMEOUT' });
}
