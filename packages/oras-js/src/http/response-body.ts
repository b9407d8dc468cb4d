/**
 * The body of an answer, counted against its Content-Length.
 *
 * The HTTP library ends without an error in two cases: an answer with more
 * bytes than announced, and a connection that closes early without any
 * announcement. The first is found here; the second only by whoever knows the
 * size or the digest.
 */
import { notARegistryHint } from '../registry/error-hints.js';
import { RegistryError } from '../registry/registry-error.js';
import type { Exchange } from './exchange.js';
import type { HttpRequest } from './send.js';
import type { TimeoutOptions } from './timeouts.js';

export interface RawBody {
  readonly stream: AsyncIterable<Uint8Array>;
  /** Undefined when nothing was announced. */
  readonly announced: number | undefined;
  /** False while the request's own body is still on its way: then the connection cannot be used again. */
  readonly isRequestSent: () => boolean;
}

export async function* responseBody(
  raw: RawBody,
  exchange: Exchange,
  request: HttpRequest,
  timeouts: Required<TimeoutOptions>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  let isWhole = false;
  try {
    exchange.arm(timeouts.idleMs, 'no byte of the answer');
    for await (const chunk of raw.stream) {
      exchange.disarm();
      received += chunk.byteLength;
      yield chunk;
      exchange.arm(timeouts.idleMs, 'no byte of the answer');
    }
    if (raw.announced !== undefined && received !== raw.announced) {
      throw otherLength(raw.announced, received, request);
    }
    isWhole = raw.isRequestSent();
  } catch (error) {
    throw exchange.failure(error);
  } finally {
    // Also when the reader went away in the middle: the rest must not hold a connection.
    if (isWhole) exchange.finish();
    else exchange.cancel();
  }
}

function otherLength(announced: number, received: number, request: HttpRequest): RegistryError {
  const { operation, url } = request;
  return new RegistryError(
    'REGISTRY_PROTOCOL',
    `${operation}: expected the ${announced} bytes that ${url.host} announced, found ${received}`,
    { host: url.host, operation, mayPass: true, hint: notARegistryHint },
  );
}
