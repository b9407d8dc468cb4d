/**
 * Blobs to read: whole, or one range of them.
 *
 * All repositories share one pool of blobs, so the name in the path is checked
 * for its grammar and then not used.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs
 */
import { pipeline } from 'node:stream/promises';
import type { Exchange } from './exchange.js';
import { digestToFind, found } from './found.js';
import { isKnownAlready } from './known-already.js';
import { proveBeforeEnd } from './prove-before-end.js';
import type { Registry } from './registry.js';
import { methodRefused, Refusal } from './refusal.js';
import { requestedRange } from './requested-range.js';
import type { RouteOf } from './route.js';

export async function answerBlob(
  { store }: Registry,
  exchange: Exchange,
  route: RouteOf<'blob'>,
): Promise<void> {
  const { method, response, signal } = exchange;
  if (method !== 'GET' && method !== 'HEAD') throw methodRefused(method, ['GET', 'HEAD']);
  const missing = new Refusal(404, 'BLOB_UNKNOWN', `no blob ${route.digest.slice(0, 150)}`);
  const digest = digestToFind(route.digest, missing);
  const content = await found(store, digest, missing, { signal });
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    'Accept-Ranges': 'bytes',
    ETag: `"${digest}"`,
  };
  if (isKnownAlready(exchange, digest)) {
    exchange.answer(304, headers);
    return;
  }
  const range =
    method === 'GET' ? requestedRange(rangeHeader(exchange, digest), content.size) : undefined;
  if (method === 'HEAD') {
    response.writeHead(200, { ...headers, 'Content-Length': content.size }).end();
    return;
  }
  // Opened before the answer begins: what cannot be opened is still answered with an error.
  const bytes = await store.fetch(content, { ...range, signal });
  if (range === undefined) {
    response.writeHead(200, { ...headers, 'Content-Length': content.size });
    await pipeline(proveBeforeEnd(bytes, content), response);
    return;
  }
  response.writeHead(206, {
    ...headers,
    'Content-Length': range.end - range.start,
    'Content-Range': `bytes ${range.start}-${range.end - 1}/${content.size}`,
  });
  await pipeline(bytes, response);
}

// A range of something else than what is here now is no use to the client.
function rangeHeader(exchange: Exchange, digest: string): string | undefined {
  const condition = exchange.header('if-range');
  return condition === undefined || condition === `"${digest}"`
    ? exchange.header('range')
    : undefined;
}
