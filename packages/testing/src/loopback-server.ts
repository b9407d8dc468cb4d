/** An HTTP server on a loopback port that answers exactly as a test says, right or wrong. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer extends AsyncDisposable {
  /** `http://127.0.0.1:5000`, or https with the name localhost. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** "GET /v2/", in the order in which they came. */
  readonly seen: readonly string[];
  /** Their headers, in the same order. */
  readonly headers: readonly IncomingMessage['headers'][];
}

export type Answering = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

/** @param tls Makes it speak TLS. */
export async function startLoopbackServer(
  answer: Answering,
  tls?: ServerOptions,
): Promise<LoopbackServer> {
  const seen: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    headers.push(request.headers);
    // A client that hangs up is what some tests are about.
    request.on('error', () => undefined);
    void Promise.resolve(answer(request, response)).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  // A client on a busy machine may think for longer than Node keeps a connection open by itself.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `${tls === undefined ? '127.0.0.1' : 'localhost'}:${port}`;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    host,
    port,
    seen,
    headers,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers whole, with a length. */
export function reply(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders = {},
  body: string | Uint8Array = '',
): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'Content-Length': length, ...headers });
  response.end(body);
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
