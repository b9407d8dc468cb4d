/** One question to repository `app` of a registry that answers as a test says. */
import type { OutgoingHttpHeaders } from 'node:http';
import { RegistryClient, type Repository } from 'oras-js';
import { reply, startLoopbackServer, type Answering } from './loopback-server.js';

/** Asks once; nothing is tried again. */
export async function asking<Value>(
  answer: Answering,
  ask: (repository: Repository) => Promise<Value>,
) {
  await using server = await startLoopbackServer(answer);
  await using client = new RegistryClient({ plainHttp: [server.host], retry: { maxRetries: 0 } });
  const [result] = await Promise.allSettled([ask(client.repository(server.host, 'app'))]);
  return { result, seen: server.seen, headers: server.headers };
}

/** The same answer to every request. */
export function answering(
  status: number,
  headers: OutgoingHttpHeaders,
  body: Uint8Array | string,
): Answering {
  return (_, response) => {
    reply(response, status, headers, body);
  };
}
