/** Which requests a fault is for. */
import type { IncomingMessage } from 'node:http';

/** A pattern is tried on `GET /v2/app/manifests/v1`; of an object every part that is there has to match. */
export type RequestPattern = RegExp | { readonly method?: string; readonly path?: string | RegExp };

export function matchesRequest(request: IncomingMessage, pattern: RequestPattern): boolean {
  const { method = '', url = '' } = request;
  if (pattern instanceof RegExp) return pattern.test(`${method} ${url}`);
  const { path } = pattern;
  const isPath =
    path === undefined || (typeof path === 'string' ? url.split('?')[0] === path : path.test(url));
  return isPath && (pattern.method === undefined || pattern.method === method);
}
