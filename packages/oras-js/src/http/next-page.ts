/**
 * The next page of a listing, from its `Link` header.
 *
 * Followed as written, because cursors are opaque; but only within the same
 * scheme, host and port, because the request carries credentials.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
import { RegistryError } from '../registry/registry-error.js';
import { resolveUrl } from './resolve-url.js';
import type { HttpRequest, HttpResponse } from './send.js';

// One link: <address>, or bare as old Quay wrote it; then its parameters up to a comma outside quotes.
const linkForm =
  /(?:<([^>]*)>|([^<>,;\s]+))((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"[^"]*"|[^",;]*))?)*)/g;
const nextRelation = /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\s*(?:;|$))/i;

/** @throws RegistryError `REGISTRY_PROTOCOL` for a link that leads elsewhere. */
export function nextPage(request: HttpRequest, response: HttpResponse): URL | undefined {
  const target = nextTarget(response.headers.get('link') ?? '');
  if (target === undefined) return undefined;
  const url = resolveUrl(target, request.url);
  if (url?.origin === request.url.origin) return url;
  const { operation } = request;
  throw new RegistryError(
    'REGISTRY_PROTOCOL',
    `${operation}: expected the next page at ${request.url.origin}, found ${url?.origin ?? 'no address'}`,
    {
      host: request.url.host,
      operation,
      hint: 'check the external address in the settings of the registry',
    },
  );
}

function nextTarget(header: string): string | undefined {
  for (const [, bracketed, bare, parameters = ''] of header.matchAll(linkForm)) {
    if (nextRelation.test(parameters)) return bracketed ?? bare;
  }
  return undefined;
}
