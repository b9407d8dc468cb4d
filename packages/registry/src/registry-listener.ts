/**
 * The registry API over a store, as a listener for any `node:http` server.
 *
 * Each request gets exactly one answer or a broken connection. What a store
 * or a disk does wrong is told to `onRequest`, and to the client only as 500:
 * paths and causes are nobody else's business.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerBlob } from './blobs.js';
import { answerUpload, answerUploads } from './blob-upload.js';
import { checkCredentials, type Credentials } from './credentials.js';
import { ended } from './ended.js';
import { Exchange } from './exchange.js';
import { answerManifest } from './manifests.js';
import { answerReferrers } from './referrers.js';
import type { Registry, Writing } from './registry.js';
import { methodRefused, Refusal } from './refusal.js';
import { parseRoute } from './route.js';
import { answerTags } from './tags.js';

export interface RequestEvent {
  readonly method: string;
  /** With its query, as it came. */
  readonly path: string;
  /** Of the answer; it may have been cut off after its headers. */
  readonly status: number;
  /** Why the answer was 500 or broke off. */
  readonly error?: unknown;
}

export interface ListenerOptions {
  readonly credentials?: Credentials | undefined;
  /** Called once for each request, after the answer is over. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

/** Settles when the answer is over; never rejects. */
export type RegistryListener = (
  request: IncomingMessage,
  response: ServerResponse,
  mustSayContinue?: boolean,
) => Promise<void>;

export function registryListener(registry: Registry, options: ListenerOptions): RegistryListener {
  return async (request, response, mustSayContinue = false) => {
    // Docker before 1.13 and some proxies look for it.
    response.setHeader('Docker-Distribution-API-Version', 'registry/2.0');
    const exchange = new Exchange(request, response, mustSayContinue);
    let failure: { readonly error: unknown } | undefined;
    try {
      checkCredentials(exchange, options.credentials);
      await answer(registry, exchange);
    } catch (error) {
      if (!(error instanceof Refusal)) failure = { error };
      answerFailure(exchange, error);
    }
    await ended(response);
    options.onRequest?.({
      method: exchange.method,
      path: request.url ?? '',
      status: response.statusCode,
      ...failure,
    });
  };
}

async function answer(registry: Registry, exchange: Exchange): Promise<void> {
  const route = parseRoute(exchange.path);
  switch (route.kind) {
    case 'base':
      answerBase(exchange);
      return;
    case 'blob':
      await answerBlob(registry, exchange, route);
      return;
    case 'uploads':
      await answerUploads(writable(registry, exchange), exchange, route);
      return;
    case 'upload':
      await answerUpload(writable(registry, exchange), exchange, route);
      return;
    case 'manifest':
      await answerManifest(registry, exchange, route);
      return;
    case 'tags':
      await answerTags(registry, exchange, route);
      return;
    case 'referrers':
      await answerReferrers(registry, exchange, route);
      return;
  }
}

function answerBase(exchange: Exchange): void {
  const { method } = exchange;
  if (method !== 'GET' && method !== 'HEAD') throw methodRefused(method, ['GET', 'HEAD']);
  exchange.answerJson({});
}

function writable({ writing }: Registry, { method }: Exchange): Writing {
  if (writing !== undefined) return writing;
  throw new Refusal(405, 'UNSUPPORTED', `${method} is refused: this registry is read-only`);
}

function answerFailure(exchange: Exchange, error: unknown): void {
  const { response } = exchange;
  if (response.headersSent || response.destroyed) {
    // An answer that has begun cannot become another one; a broken one is not taken for good.
    response.destroy();
    return;
  }
  exchange.refuse(
    error instanceof Refusal
      ? error
      : new Refusal(500, 'UNKNOWN', 'the registry failed to answer; its own log says why'),
  );
}
