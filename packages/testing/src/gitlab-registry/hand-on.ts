/** Hands a request on to the server behind, and its answer back, byte for byte. */
import { once } from 'node:events';
import {
  request as send,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';

export interface HandedOn {
  readonly port: number;
  /** In place of the date that the server behind gives. */
  readonly date: string;
}

/** The name in `Host` stays: it is what the server behind makes addresses of. */
export async function handOn(
  request: IncomingMessage,
  response: ServerResponse,
  { port, date }: HandedOn,
): Promise<void> {
  const { method, url, headers } = request;
  const behind = send({ host: '127.0.0.1', port, method, path: url, headers, agent: false });
  const answered = once(behind, 'response') as Promise<[IncomingMessage]>;
  // A refusal may come before the whole body is sent; then it is the answer that counts.
  const sent = pipeline(request, behind).catch(() => undefined);
  const [answer] = await answered;
  response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date });
  await pipeline(answer, response);
  await sent;
}

/** The status of the answer to a HEAD. */
export async function statusBehind(
  port: number,
  path: string,
  headers: OutgoingHttpHeaders,
): Promise<number> {
  const behind = send({ host: '127.0.0.1', port, method: 'HEAD', path, headers, agent: false });
  behind.end();
  const [answer] = (await once(behind, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 502;
}
