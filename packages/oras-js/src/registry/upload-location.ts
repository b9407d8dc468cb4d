/**
 * Where an upload goes on: the `Location` of the last answer.
 *
 * It may be relative, carry state in its query, change with each answer, or be
 * spoilt by a proxy that does not know the outside. A spoilt scheme or a lost
 * port of the same host is mended; any other plain http address is refused.
 */
import { printable } from '../errors/printable.js';
import { resolveUrl } from '../http/resolve-url.js';
import type { HttpRequest, HttpResponse } from '../http/send.js';
import { RegistryError } from './registry-error.js';

/** @throws RegistryError `REGISTRY_PROTOCOL` */
export function uploadLocation(request: HttpRequest, response: HttpResponse): URL {
  const header = response.headers.get('location') ?? '';
  // Some leave out the scheme; read as relative that would become a path.
  const text = header.startsWith(`${response.url.host}/`) ? `//${header}` : header;
  const named = text === '' ? undefined : resolveUrl(text, response.url);
  if (named === undefined) {
    throw unusable(request, header === '' ? 'none' : JSON.stringify(printable(header, 120)));
  }
  const url = mended(named, response.url);
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && request.url.protocol === 'http:');
  if (!isSafe || url.username !== '' || url.password !== '') {
    throw unusable(request, `one at ${url.protocol}//${url.host}`);
  }
  return url;
}

/** The same address with `digest` in its query, once. */
export function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

function mended(url: URL, base: URL): URL {
  const isSameHost = url.hostname === base.hostname;
  const lostTls = base.protocol === 'https:' && url.protocol === 'http:';
  const lostPort = url.port === '' && base.port !== '';
  if (!isSameHost || !(lostTls || lostPort)) return url;
  return new URL(`${base.origin}${url.pathname}${url.search}`);
}

function unusable(request: HttpRequest, found: string): RegistryError {
  const { operation, url } = request;
  return new RegistryError(
    'REGISTRY_PROTOCOL',
    `${operation}: expected ${url.host} to name the address of the upload, found ${found}`,
    {
      host: url.host,
      operation,
      hint: 'check the external address in the settings of the registry',
    },
  );
}
