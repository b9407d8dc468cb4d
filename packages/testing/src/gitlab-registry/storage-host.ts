/**
 * Where a GitLab's registry sends those who want a blob: another host, which knows only signed addresses.
 *
 * A request that brings an Authorization header beside the signature is refused, as object stores do.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { reply, startLoopbackServer, type LoopbackServer } from '../loopback-server.js';

export interface StorageHost extends LoopbackServer {
  /** An address that anybody may read this blob at. */
  readonly addressOf: (digest: string) => string;
}

/** @param folder The storage of the registry. */
export async function startStorageHost(folder: string): Promise<StorageHost> {
  const secret = randomBytes(32);
  const sign = (path: string) => createHmac('sha256', secret).update(path).digest('hex');
  const server = await startLoopbackServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://storage');
    if (request.headers.authorization !== undefined) {
      refuse(response, 400, 'only one way to authorize is allowed');
    } else if (url.searchParams.get('signature') !== sign(url.pathname)) {
      refuse(response, 403, 'the signature does not match');
    } else {
      await sendFile(request, response, join(folder, url.pathname));
    }
  });
  return {
    ...server,
    addressOf: (digest) => {
      const hex = digest.slice('sha256:'.length);
      const path = `/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
      return `${server.url}${path}?signature=${sign(path)}`;
    },
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  reply(response, status, { 'Content-Type': 'application/xml' }, `<Error>${message}</Error>`);
}

async function sendFile(
  { headers, method }: IncomingMessage,
  response: ServerResponse,
  file: string,
): Promise<void> {
  const { size } = await stat(file);
  const range = /^bytes=([0-9]+)-([0-9]*)$/.exec(headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const last = Math.min(size - 1, range?.[2] ? Number(range[2]) : size - 1);
  response.writeHead(range === null ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': last - start + 1,
    'Cache-Control': 'private, max-age=0',
    ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${last}/${size}` }),
  });
  if (method === 'HEAD') response.end();
  else await pipeline(createReadStream(file, { start, end: last }), response);
}
