/**
 * One plain HTTP request, sent exactly as written.
 *
 * `fetch` cleans up paths and headers before it sends them, which is what a
 * test of a server must not have.
 */
import { once } from 'node:events';
import { request, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';

export interface AskOptions {
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Uint8Array;
  /** Default: a connection of its own. */
  readonly agent?: Agent;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Rejects when the connection breaks before the whole answer is there. */
export async function ask(
  { port }: { readonly port: number },
  path: string,
  options: AskOptions = {},
): Promise<Reply> {
  const { method = 'GET', headers = {}, body, agent = false } = options;
  // Node leaves the length out for methods that seldom have a body, and the body then reads as a next request.
  const length =
    body === undefined || 'Transfer-Encoding' in headers
      ? {}
      : { 'Content-Length': Buffer.byteLength(body) };
  const sent = request({
    ...{ host: '127.0.0.1', port, path, method, agent },
    headers: { ...length, ...headers },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await buffer(response),
  };
}

/** Sends bytes that need not be HTTP, and gives all that comes back until the connection ends. */
export async function askRaw({ port }: { readonly port: number }, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return await text(socket);
}

/** The first error code of an answer that refuses. */
export function refusalCode({ body }: Reply): unknown {
  const { errors } = JSON.parse(body.toString()) as { errors: { code: unknown }[] };
  return errors[0]?.code;
}
