/**
 * A small OCI registry on a port of its own, over any store.
 *
 * For serving straight from a file, for tests and for very small sites. It
 * deletes nothing, holds no layer in memory, and speaks plain http: it belongs
 * on loopback or behind something that speaks TLS.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openRegistry } from './open-registry.js';
import {
  registryListener,
  type ListenerOptions,
  type RegistryListener,
} from './registry-listener.js';
import type { StoreOptions } from './registry.js';

export interface CommonServeOptions extends ListenerOptions {
  /** Default 127.0.0.1: reachable from this machine alone. */
  readonly host?: string | undefined;
  /** Default 0: any free one. */
  readonly port?: number | undefined;
  /** Where uploads are staged. Default: the store's own staging folder, or a temp folder. */
  readonly uploadFolder?: string | undefined;
  /** How long `close` waits for answers under way, in milliseconds. Default 5 000. */
  readonly graceMs?: number | undefined;
}

/** Names inside the store are `repository:tag`. */
export type ServeOptions = CommonServeOptions & StoreOptions;

export interface RunningRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:5000` */
  readonly url: string;
  /** `127.0.0.1:5000`: what stands before the repository in an image name. */
  readonly host: string;
  readonly port: number;
  /** Ends the answers under way, or breaks them off after the grace; then every connection is closed. */
  close(): Promise<void>;
}

// Long enough for docker stop and Kubernetes to see a clean end, which kill after 10 and 30 seconds.
const defaultGraceMs = 5_000;
// A layer takes as long as it takes; a peer that is silent for this long is gone.
const idleLimitMs = 10 * 60 * 1000;

/** @throws the system's error when it cannot listen there. */
export async function serveRegistry(options: ServeOptions): Promise<RunningRegistry> {
  const { host = '127.0.0.1', port = 0, graceMs = defaultGraceMs } = options;
  const opened = await openRegistry(options);
  const server = createServer({ requestTimeout: 0 });
  server.setTimeout(idleLimitMs);
  const running = answerOn(server, registryListener(opened.registry, options));
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    await opened.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing ??= closeServer(server, graceMs)
      .then(() => Promise.all(running))
      .then(() => opened.close());
    await closing;
  };
  return { ...addressOf(server), close, [Symbol.asyncDispose]: close };
}

/** Answers requests as they come; the set holds the answers that are not over yet. */
function answerOn(server: Server, listener: RegistryListener): ReadonlySet<Promise<void>> {
  const running = new Set<Promise<void>>();
  const answer = (...call: Parameters<RegistryListener>): void => {
    const answering = listener(...call).finally(() => {
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

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const patience = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearTimeout(patience);
}

function addressOf(server: Server): { url: string; host: string; port: number } {
  const { address, family, port } = server.address() as AddressInfo;
  const host = `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  return { url: `http://${host}`, host, port };
}
