/** Small answers, whole and bounded; and the end of those that nobody wants. */
import { maxErrorBodyBytes } from '../content/limits.js';
import { notARegistryHint } from '../registry/error-hints.js';
import { RegistryError } from '../registry/registry-error.js';
import type { HttpResponse } from './send.js';

/**
 * @param operation For the error message.
 * @throws RegistryError `REGISTRY_TOO_LARGE` when there is more than `limitBytes`; nothing beyond is held.
 */
export async function readBody(
  response: HttpResponse,
  limitBytes: number,
  operation: string,
): Promise<Buffer> {
  response.limitTime();
  const chunks: Uint8Array[] = [];
  let received = 0;
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (announced > limitBytes) {
    response.cancel();
    throw tooLarge(response, limitBytes, operation, `${announced}`);
  }
  for await (const chunk of response.body) {
    received += chunk.byteLength;
    if (received > limitBytes) throw tooLarge(response, limitBytes, operation, 'more');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads to the end so that the connection can be used again; gives it up when that is not worth it. */
export async function drain(response: HttpResponse): Promise<void> {
  response.limitTime();
  let received = 0;
  try {
    for await (const chunk of response.body) {
      received += chunk.byteLength;
      if (received > maxErrorBodyBytes) return;
    }
  } catch {
    // The answer was not wanted; neither is the trouble with the rest of it.
  } finally {
    response.cancel();
  }
}

/** The same answer with its connection free: the first 64 KiB of its body are held, the rest is given up. */
export async function detached(response: HttpResponse): Promise<HttpResponse> {
  response.limitTime();
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of response.body) {
      received += chunk.byteLength;
      if (received > maxErrorBodyBytes) break;
      chunks.push(chunk);
    }
  } finally {
    response.cancel();
  }
  return {
    ...response,
    body: replayed(chunks),
    limitTime: () => undefined,
    cancel: () => undefined,
  };
}

async function* replayed(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function tooLarge(
  response: HttpResponse,
  limitBytes: number,
  operation: string,
  found: string,
): RegistryError {
  const { host } = response.url;
  return new RegistryError(
    'REGISTRY_TOO_LARGE',
    `${operation}: expected at most ${limitBytes} bytes from ${host}, found ${found}`,
    { host, operation, status: response.status, hint: notARegistryHint },
  );
}
