/**
 * Follows redirects, hop by hop.
 *
 * Credentials stay with the scheme, host and port they were meant for. A step
 * from https to http is refused, and so is a redirect that would turn a request
 * with a body into another one.
 */
import { RegistryError } from '../registry/registry-error.js';
import { drain } from './read-body.js';
import { withoutHeader } from './without-header.js';
import { resolveUrl } from './resolve-url.js';
import type { HttpRequest, HttpResponse, Send } from './send.js';

/** Registry to storage is one hop, sometimes two; browsers stop at 20. */
const maxHops = 8;

export function withRedirects(send: Send): Send {
  return async (request) => {
    let current = request;
    for (let hop = 0; hop <= maxHops; hop += 1) {
      const response = await send(current);
      if (!isRedirect(response)) return response;
      await drain(response);
      current = nextHop(current, response);
    }
    throw broken(request, `no more than ${maxHops} redirects, found another one`);
  };
}

function isRedirect(response: HttpResponse): boolean {
  return [301, 302, 303, 307, 308].includes(response.status);
}

function nextHop(request: HttpRequest, response: HttpResponse): HttpRequest {
  const location = response.headers.get('location') ?? '';
  const url = location === '' ? undefined : resolveUrl(location, request.url);
  if (url === undefined) throw broken(request, 'a redirect with an address, found one without');
  checkHop(request, response, url);
  if (url.origin === request.url.origin) return { ...request, url };
  const headers = withoutHeader(request.headers, 'authorization');
  return { ...request, url, headers, access: undefined };
}

function checkHop(request: HttpRequest, response: HttpResponse, url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw broken(request, `a redirect to https, found ${url.protocol}`);
  }
  if (request.url.protocol === 'https:' && url.protocol === 'http:') {
    throw broken(request, `a redirect to https, found one to http at ${url.host}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw broken(request, `a redirect without a user name, found one at ${url.host}`);
  }
  if (request.redirects === 'same-origin' && url.origin !== request.url.origin) {
    throw broken(request, `a redirect within ${request.url.origin}, found one to ${url.origin}`);
  }
  const keepsMethod =
    request.method === 'GET' || request.method === 'HEAD' || response.status >= 307;
  if (!keepsMethod) {
    throw broken(request, `a redirect that keeps ${request.method}, found ${response.status}`);
  }
}

function broken(request: HttpRequest, sentence: string): RegistryError {
  const { operation, url } = request;
  return new RegistryError('REGISTRY_PROTOCOL', `${operation}: expected ${sentence}`, {
    host: url.host,
    operation,
    hint: 'check the address of the registry and the settings of any proxy in front of it',
  });
}
