/** A small OCI registry: what is not named here cannot be imported. */
export { serveRegistry, type RunningRegistry, type ServeOptions } from './serve-registry.js';
export { startHttpServer, type HttpServer, type HttpServerOptions } from './http-server.js';
export { openRegistry, type OpenedRegistry } from './open-registry.js';
export {
  registryListener,
  type ListenerOptions,
  type RegistryListener,
  type RequestEvent,
} from './registry-listener.js';
export type { Credentials } from './credentials.js';
export type { ReadableStore, Registry, StoreOptions, WritableStore, Writing } from './registry.js';
