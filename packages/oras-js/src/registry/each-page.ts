/** Walks the pages of a listing, each once and not for ever. */
import { nextPage } from '../http/next-page.js';
import type { HttpRequest, HttpResponse, Send } from '../http/send.js';
import { notARegistryHint } from './error-hints.js';
import { RegistryError } from './registry-error.js';

/** With 1 000 entries a page, ten times the largest repository known. */
const maxPages = 1000;

export interface Page {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}

/** Whoever takes a page reads its body, or cancels it, before the next one is asked for. */
export async function* eachPage(
  send: Send,
  first: HttpRequest,
): AsyncGenerator<Page, void, undefined> {
  const seen = new Set<string>();
  let request = first;
  while (seen.size < maxPages) {
    if (seen.has(request.url.href)) throw endless(request, 'a page that came before');
    seen.add(request.url.href);
    const response = await send(request);
    try {
      yield { request, response };
    } finally {
      response.cancel();
    }
    const url = nextPage(request, response);
    if (url === undefined) return;
    request = { ...request, url };
  }
  throw endless(request, `more than ${maxPages} pages`);
}

function endless(request: HttpRequest, found: string): RegistryError {
  const { operation, url } = request;
  return new RegistryError(
    'REGISTRY_PROTOCOL',
    `${operation}: expected a listing with an end from ${url.host}, found ${found}`,
    { host: url.host, operation, hint: notARegistryHint },
  );
}
