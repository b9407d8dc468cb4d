/** Sends certain content wrongly: too slowly, cut off, too short, too long, or other bytes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readContent, type Descriptor, type MemoryStore } from 'oras-js';
import type { Fault } from './fault.js';

export interface WrongBody {
  /** Announced in Content-Length. */
  readonly announcedBytes: number;
  /** What is really sent. */
  readonly bytes: Uint8Array;
  /** What happens when all of `bytes` is out. */
  readonly then: 'end' | 'close' | 'stall';
}

export interface ContentFaultOptions {
  readonly times: number;
  /** Makes the wrong body out of the right one: the whole content, or the range that was asked for. */
  readonly spoil: (right: Buffer) => WrongBody;
}

/** A fault of `GET` on this content, as a blob and as a manifest. */
export function contentFault(
  store: MemoryStore,
  content: Descriptor,
  { times, spoil }: ContentFaultOptions,
): Fault {
  return {
    timesLeft: times,
    matches: (request) => isGetOf(store, content, request),
    happen: async (request, response) => {
      const whole = await readContent(store, content, { limitBytes: Infinity });
      const { status, headers, part } = askedPart(request, whole);
      const { announcedBytes, bytes, then } = spoil(part);
      response.writeHead(status, {
        'Content-Type': content.mediaType,
        'Docker-Content-Digest': content.digest,
        'Content-Length': announcedBytes,
        ...headers,
      });
      send(response, bytes, then);
      return true;
    },
  };
}

async function isGetOf(
  store: MemoryStore,
  content: Descriptor,
  { method, url = '' }: IncomingMessage,
): Promise<boolean> {
  const [, repository, kind, name = ''] =
    /^\/v2\/(.+)\/(blobs|manifests)\/([^/?]+)/.exec(url) ?? [];
  if (method !== 'GET' || repository === undefined) return false;
  if (decodeURIComponent(name) === content.digest) return true;
  if (kind !== 'manifests') return false;
  const tagged = await store.resolve(`${repository}:${name}`).catch(() => undefined);
  return tagged?.digest === content.digest;
}

function askedPart(
  request: IncomingMessage,
  whole: Buffer,
): { status: number; headers: Record<string, string>; part: Buffer } {
  const [matched, first, last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (matched === undefined) return { status: 200, headers: {}, part: whole };
  const start = Number(first);
  const end = last === '' ? whole.length : Math.min(Number(last) + 1, whole.length);
  return {
    status: 206,
    headers: { 'Content-Range': `bytes ${start}-${end - 1}/${whole.length}` },
    part: whole.subarray(start, end),
  };
}

function send(response: ServerResponse, bytes: Uint8Array, then: WrongBody['then']): void {
  if (then === 'end') {
    response.end(bytes);
    return;
  }
  response.flushHeaders();
  if (bytes.byteLength > 0) response.write(bytes);
  // Not before all of it is out. A stalled answer is left as it is: it is over when the client gives up.
  if (then === 'close') response.socket?.destroySoon();
}
