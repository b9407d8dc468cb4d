/** One blob, answered whole, in parts or broken off, for tests of reading. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { digestOf, RegistryClient, type Descriptor, type FetchOptions } from 'oras-js';
import { reply, startLoopbackServer, type Answering } from './loopback-server.js';
import { noise } from './tiny-layer.js';

export const rangeBytes = noise('blob', 300_000);
export const rangeBlob: Descriptor = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: digestOf(rangeBytes),
  size: rangeBytes.length,
};

/** Reads it, or a part of it, from `app`; the value is the digest of what came. */
export async function readingFrom(answer: Answering, options: FetchOptions = {}) {
  await using server = await startLoopbackServer(answer);
  await using client = new RegistryClient({
    plainHttp: [server.host],
    retry: { firstWaitMs: 1, maxRetries: 2 },
  });
  const read = buffer(await client.repository(server.host, 'app').fetch(rangeBlob, options));
  // Compared by digest: a difference of 300 000 numbers is of no use to a reader.
  const [result] = await Promise.allSettled([read.then(digestOf)]);
  return { result, ranges: server.headers.map(({ range }) => range), seen: server.seen };
}

/** Announces `right`, sends a part of it and hangs up. */
export function breakOff(
  response: ServerResponse,
  status: number,
  part: Buffer,
  headers = {},
): void {
  response.writeHead(status, headers);
  response.write(part, () => response.destroy());
}

function rangeOf(request: IncomingMessage): [number, number] {
  const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  return [Number(first), Number(last) + 1];
}

/** Answers a request for a range as it should be. */
export function honourRange(request: IncomingMessage, response: ServerResponse): void {
  const [start, end] = rangeOf(request);
  const range = `bytes ${start}-${end - 1}/${rangeBytes.length}`;
  reply(response, 206, { 'Content-Range': range }, rangeBytes.subarray(start, end));
}
