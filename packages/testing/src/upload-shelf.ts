/**
 * A registry that keeps one blob, for tests of how it gets there.
 *
 * It does what every registry does; a test says at which request it does something else.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  digestOf,
  RegistryClient,
  type ClientOptions,
  type Descriptor,
  type OpenContent,
  type PushBlobOptions,
} from 'oras-js';
import { bodyOf, reply, startLoopbackServer, type Answering } from './loopback-server.js';
import { noise } from './tiny-layer.js';

/** What is sent unless a test says otherwise: more than two of the client's usual parts. */
export const shelfBytes = Buffer.alloc(7_000_000, noise('upload', 65_521));
export const shelfBlob = describeBytes(shelfBytes);

export function describeBytes(content: Uint8Array): Descriptor {
  return { mediaType: 'application/x-layer', digest: digestOf(content), size: content.length };
}

/** Opens bytes in memory in pieces of 64 KiB, as a file comes. */
export function openingPieces(content: Uint8Array): OpenContent {
  return async () =>
    (async function* () {
      for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
    })();
}

/** The error document of a registry with this code. */
export function refusalText(code: string): string {
  return JSON.stringify({ errors: [{ code, message: 'no' }] });
}

/** Keeps one blob. `instead` may answer a request in its place; false leaves it to the registry. */
export class UploadShelf {
  stored: Buffer | undefined;
  received: Buffer = Buffer.alloc(0);
  chunkSizes: number[] = [];
  /** How many closing requests arrived whole. */
  commits = 0;
  instead: (request: IncomingMessage, response: ServerResponse) => Promise<boolean> = () =>
    Promise.resolve(false);

  readonly answer: Answering = async (request, response) => {
    if (await this.instead(request, response)) return;
    const { method = '', url = '' } = request;
    if (method === 'HEAD') reply(response, this.stored === undefined ? 404 : 200);
    else if (method === 'POST') this.open(response);
    else if (method === 'PATCH') await this.patch(request, response);
    else if (method === 'GET') this.status(response);
    else if (method === 'PUT') await this.commit(request, response, url);
    else reply(response, 204);
  };

  open(response: ServerResponse): void {
    this.received = Buffer.alloc(0);
    reply(response, 202, { Location: '/v2/app/blobs/uploads/1?state=a%2Bb' });
  }

  async patch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    this.chunkSizes.push(body.length);
    this.received = Buffer.concat([this.received, body]);
    reply(response, 202, { Location: `/v2/app/blobs/uploads/1?state=${this.received.length}` });
  }

  status(response: ServerResponse): void {
    reply(response, 204, { Range: `0-${Math.max(0, this.received.length - 1)}` });
  }

  async commit(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const all = Buffer.concat([this.received, await bodyOf(request)]);
    this.commits += 1;
    const digest = new URL(url, 'http://x').searchParams.getAll('digest');
    const isRight = digest.length === 1 && digest[0] === digestOf(all);
    if (isRight) this.stored = all;
    reply(response, isRight ? 201 : 400, {}, isRight ? '' : refusalText('DIGEST_INVALID'));
  }
}

export interface PushToShelf {
  readonly content?: Descriptor;
  readonly open?: OpenContent;
  readonly options?: PushBlobOptions;
  readonly client?: ClientOptions;
  /** By one client, one after the other. Default 1. */
  readonly times?: number;
}

/** Pushes to repository `app` of a shelf. */
export async function pushToShelf(shelf: UploadShelf, more: PushToShelf = {}) {
  await using server = await startLoopbackServer(shelf.answer);
  await using client = new RegistryClient({
    plainHttp: [server.host],
    retry: { firstWaitMs: 1 },
    ...more.client,
  });
  const { content = shelfBlob, open = openingPieces(shelfBytes), options = {}, times = 1 } = more;
  let result: PromiseSettledResult<void> | undefined;
  for (let round = 0; round < times; round += 1) {
    const push = client.repository(server.host, 'app').push(content, open, options);
    [result] = await Promise.allSettled([push]);
  }
  const methods = server.seen.map((line) => line.split(' ')[0] ?? '');
  return { result, seen: server.seen, methods, headers: server.headers };
}
