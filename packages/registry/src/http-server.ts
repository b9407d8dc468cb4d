/**
 * A listener on a port, with an end that is orderly: answers under way are
 * finished or broken off after a grace, and no connection stays behind.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ended } from './ended.js';
import type { RegistryListener } from './registry-listener.js';

export interface HttpServerOptions {
  /** Default 127.0.0.1: reachable from this machine alone. */
  readonly host?: string | undefined;
  /** Default 0: any free one. */
  readonly port?: number | undefined;
  /** How long `close` waits for answers under way, in milliseconds. Default 5 000. */
  readonly graceMs?: number | undefined;
}

export interface HttpServer {
  /** `http://127.0.0.1:5000` */
  readonly url: string;
  /** `127.0.0.1:5000`: what stands before the repository in an image name. */
  readonly host: string;
  readonly port: number;
  /** True when all answers were finished, false when some had to be broken off. */
  close(): Promise<boolean>;
}

// Long enough for most answers, and below the 10 seconds after which docker stop kills.
const defaultGraceMs = 5_000;
// A layer takes as long as it takes; a peer that is silent for this long is gone.
const idleLimitMs = 10 * 60 * 1000;
// Longer than clients keep an idle connection (Go: 90 s), so that none is closed under a new request.
const keepAliveMs = 100_000;

/** @throws the system's error when it cannot listen there. */
export async function startHttpServer(
  listener: RegistryListener,
  options: HttpServerOptions = {},
): Promise<HttpServer> {
  // Node ends every request after 5 minutes otherwise; a large layer takes longer.
  const server = createServer({ requestTimeout: 0 });
  server.setTimeout(idleLimitMs);
  server.keepAliveTimeout = keepAliveMs;
  const running = answerOn(server, listener);
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  let closing: Promise<boolean> | undefined;
  const close = async (): Promise<boolean> => {
    closing ??= closeServer(server, running, options.graceMs ?? defaultGraceMs);
    return await closing;
  };
  return { ...addressOf(server), close };
}

/** Answers requests as they come; the set holds the answers that are not over yet. */
function answerOn(server: Server, listener: RegistryListener): ReadonlySet<Promise<void>> {
  const running = new Set<Promise<void>>();
  const answer = (...[request, response, mustSayContinue]: Parameters<RegistryListener>): void => {
    const answering = listener(request, response, mustSayContinue)
      .then(() => ended(response))
      .finally(() => {
        running.delete(answering);
        // Kept alive for a next request, which a server that is closing will not take.
        if (!server.listening) server.closeIdleConnections();
      });
    running.add(answering);
  };
  server.on('request', (request, response) => {
    answer(request, response);
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response, true);
  });
  return running;
}

async function closeServer(
  server: Server,
  running: ReadonlySet<Promise<void>>,
  graceMs: number,
): Promise<boolean> {
  let isOrderly = true;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const patience = setTimeout(() => {
    isOrderly = false;
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearTimeout(patience);
  await Promise.all(running);
  return isOrderly;
}

function addressOf(server: Server): { url: string; host: string; port: number } {
  const { address, family, port } = server.address() as AddressInfo;
  const host = `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  return { url: `http://${host}`, host, port };
}
