/**
 * A small OCI registry on a port of its own, over any store.
 *
 * For serving straight from a file, for tests and for very small sites. It
 * deletes nothing, holds no layer in memory, and speaks plain http: it belongs
 * on loopback or behind something that speaks TLS.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
import { startHttpServer, type HttpServer, type HttpServerOptions } from './http-server.js';
import { openRegistry, type OpenedRegistry } from './open-registry.js';
import { registryListener, type ListenerOptions } from './registry-listener.js';
import type { StoreOptions } from './registry.js';

/** Names inside the store are `repository:tag`. */
export type ServeOptions = StoreOptions &
  ListenerOptions &
  HttpServerOptions & {
    /** Where uploads are staged. Default: the store's own staging folder, or a temp folder. */
    readonly uploadFolder?: string | undefined;
  };

export interface RunningRegistry extends Omit<HttpServer, 'close'>, AsyncDisposable {
  /** Finishes the answers under way, or breaks them off after the grace; then every connection is closed. */
  close(): Promise<void>;
}

/** @throws the system's error when it cannot listen there. */
export async function serveRegistry(options: ServeOptions): Promise<RunningRegistry> {
  const opened = await openRegistry(options);
  const server = await startServer(opened, options);
  const close = async (): Promise<void> => {
    await server.close();
    await opened.close();
  };
  const { url, host, port } = server;
  return { url, host, port, close, [Symbol.asyncDispose]: close };
}

async function startServer(opened: OpenedRegistry, options: ServeOptions): Promise<HttpServer> {
  try {
    return await startHttpServer(registryListener(opened.registry, options), options);
  } catch (error) {
    await opened.close();
    throw error;
  }
}
