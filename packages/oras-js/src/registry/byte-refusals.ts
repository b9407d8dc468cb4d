/** Content that is not what was asked for, or not as it is stored. */
import { ContentError } from '../content/content-error.js';
import type { Digest } from '../content/digest.js';
import { printable } from '../errors/printable.js';
import type { HttpRequest, HttpResponse } from '../http/send.js';
import { RegistryError } from './registry-error.js';

export function wrongDigest(
  request: HttpRequest,
  response: HttpResponse,
  expected: Digest,
  found: Digest | undefined,
): ContentError {
  return new ContentError(
    'CONTENT_DIGEST_MISMATCH',
    `${request.operation}: expected ${expected}, found ${found ?? 'nothing'} at ${response.url.host}`,
  );
}

/** Decoding it could give other bytes than those that were hashed and signed. */
export function refuseEncoding(request: HttpRequest, response: HttpResponse): void {
  const encoding = response.headers.get('content-encoding') ?? '';
  if (encoding === '' || encoding.toLowerCase() === 'identity') return;
  response.cancel();
  const { operation } = request;
  const { host } = response.url;
  throw new RegistryError(
    'REGISTRY_PROTOCOL',
    `${operation}: expected the bytes as stored from ${host}, found them encoded as ${JSON.stringify(printable(encoding, 40))}`,
    {
      host,
      operation,
      status: response.status,
      hint: 'turn off compression in the proxy before the registry',
    },
  );
}
