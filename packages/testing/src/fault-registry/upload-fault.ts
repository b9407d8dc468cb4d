/** Connections that break while a client sends, or after it has sent all and waits for the answer. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './fault.js';
import { matchesRequest, type RequestPattern } from './request-pattern.js';

/** Breaks the connection when that many bytes of a request body have been passed on. */
export function brokenUploadFault(to: RequestPattern, afterBytes: number, times: number): Fault {
  return {
    timesLeft: times,
    matches: (request) => matchesRequest(request, to) && bodyBytes(request) > afterBytes,
    happen: (request) => {
      const iterator = request.iterator.bind(request);
      request.iterator = (options) => cutAfter(iterator(options), afterBytes, request);
      return false;
    },
  };
}

/** Takes note of that many bytes of a request body and of no more, and never answers. */
export function stalledUploadFault(to: RequestPattern, afterBytes: number, times: number): Fault {
  return {
    timesLeft: times,
    matches: (request) => matchesRequest(request, to) && bodyBytes(request) > afterBytes,
    happen: (request) => {
      const iterator = request.iterator.bind(request);
      request.iterator = (options) => stallAfter(iterator(options), afterBytes, request);
      return false;
    },
  };
}

/** Lets the registry do its work, then breaks the connection in place of answering. */
export function lostAnswerFault(to: RequestPattern, times: number): Fault {
  return {
    timesLeft: times,
    matches: (request) => matchesRequest(request, to),
    happen: (_request: IncomingMessage, response: ServerResponse) => {
      response.end = () => response.destroy();
      return false;
    },
  };
}

// A body of unknown length is taken for a long one.
function bodyBytes({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Infinity;
  return Number(headers['content-length'] ?? 0);
}

async function* stallAfter(
  body: AsyncIterable<Uint8Array>,
  afterBytes: number,
  request: IncomingMessage,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  let left = afterBytes;
  // The rest is read and dropped: a socket that nobody reads would not notice that the client is gone.
  for await (const chunk of body) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.byteLength);
  }
  if (!request.socket.destroyed) await once(request.socket, 'close');
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

async function* cutAfter(
  body: AsyncIterable<Uint8Array>,
  afterBytes: number,
  request: IncomingMessage,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  let left = afterBytes;
  for await (const chunk of body) {
    if (chunk.byteLength > left) {
      if (left > 0) yield chunk.subarray(0, left);
      request.socket.destroy();
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    }
    left -= chunk.byteLength;
    yield chunk;
  }
  return undefined;
}
