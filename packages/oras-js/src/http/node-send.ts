/**
 * The lowest layer: one request, nothing repeated, nothing followed, nothing decoded.
 *
 * Bytes arrive as the server sent them: no compression is asked for, none is undone.
 */
import type { Response } from 'node-fetch';
import type { MemoryAt } from '../content/target.js';
import { RegistryError } from '../registry/registry-error.js';
import type { Agents } from './agents.js';
import { Exchange } from './exchange.js';
import { responseBody } from './response-body.js';
import type { RawAnswer } from './raw-exchange.js';
import type { HttpRequest, HttpResponse, Send } from './send.js';
import type { TimeoutOptions } from './timeouts.js';
import { kept } from './slabs.js';
import { UploadBody } from './upload-body.js';

/** A body of at most so many bytes is held, and sent in one piece. */
const maxHeldBytes = 64 * 1024;

export interface NodeSendOptions {
  readonly agents: Agents;
  readonly timeouts: Required<TimeoutOptions>;
  readonly userAgent: string;
}

interface Sent {
  readonly request: HttpRequest;
  readonly upload: UploadBody | undefined;
  readonly timeouts: Required<TimeoutOptions>;
}

export function nodeSend(options: NodeSendOptions): Send {
  return async (request) => {
    request.signal?.throwIfAborted();
    const exchange = new Exchange(request);
    const upload =
      request.body === undefined
        ? undefined
        : new UploadBody(request.body, exchange, options.timeouts);
    try {
      const signal = armed(request, exchange, upload, options.timeouts);
      const isHeld = (request.body?.size ?? 0) <= maxHeldBytes;
      const held = isHeld ? await upload?.whole() : undefined;
      const headers = requestHeaders(request, options.userAgent);
      const raw =
        isHeld && mayAskRaw(request)
          ? await options.agents.askRaw({ ...request, headers, body: held, signal })
          : undefined;
      const { url, method } = request;
      const body = held ?? upload?.stream();
      const response =
        raw ?? (await options.agents.askLibrary({ url, method, headers, body, signal }));
      const proxy = proxyInBetween(request, options.agents);
      if (response.ok) await wholeBodySent(upload, request);
      exchange.disarm();
      const answer = answered(response, exchange, { request, upload, timeouts: options.timeouts });
      return { ...answer, proxy: proxy?.host };
    } catch (error) {
      const failure = exchange.failure(error);
      throw upload?.failure === undefined || request.signal?.aborted === true
        ? failure
        : upload.failure.error;
    }
  };
}

/** Whoever gives out tokens may answer in another form, and would then be shown the password twice. */
function mayAskRaw({ access, lendChunks }: HttpRequest): boolean {
  return access !== undefined || lendChunks === true;
}

/** Starts the wait for the answer: now, or when the body is out. */
function armed(
  request: HttpRequest,
  exchange: Exchange,
  upload: UploadBody | undefined,
  timeouts: Required<TimeoutOptions>,
): AbortSignal {
  const answerMs = request.answerMs ?? timeouts.answerMs;
  exchange.arm(answerMs, 'no answer');
  if (upload !== undefined) {
    upload.onSent = () => {
      exchange.arm(answerMs, 'no answer');
    };
  }
  return exchange.signal;
}

/** Within a tunnel the answers are the registry's own. */
function proxyInBetween({ url }: HttpRequest, agents: Agents): URL | undefined {
  return url.protocol === 'http:' ? agents.proxyOf(url) : undefined;
}

/** A success that comes before the whole body was sent is only one once the rest is sent, too. */
async function wholeBodySent(upload: UploadBody | undefined, request: HttpRequest): Promise<void> {
  if (upload === undefined) return;
  await upload.ended;
  if (upload.isSent) return;
  const { operation, url } = request;
  throw new RegistryError(
    'REGISTRY_UNREACHABLE',
    `${operation}: expected ${url.host} to take ${request.body?.size ?? 0} bytes, found that it answered and closed before`,
    { host: url.host, operation, mayPass: true },
  );
}

function requestHeaders(request: HttpRequest, userAgent: string): Record<string, string> {
  const { body, method } = request;
  const hasNoBody = body === undefined && (method === 'GET' || method === 'HEAD');
  return {
    'User-Agent': userAgent,
    'Accept-Encoding': 'identity',
    ...(hasNoBody ? {} : { 'Content-Length': String(body?.size ?? 0) }),
    ...request.headers,
  };
}

function answered(response: Response | RawAnswer, exchange: Exchange, sent: Sent): HttpResponse {
  const { request, upload, timeouts } = sent;
  const { status, headers, body: stream } = response;
  // The library raises an abort on this stream even when nobody reads it any more.
  if (stream !== null && 'on' in stream) stream.on('error', () => undefined);
  const hasBody = stream !== null && request.method !== 'HEAD' && status !== 204 && status !== 304;
  const raw = {
    stream: hasBody ? asLent(stream as AsyncIterable<Uint8Array>, request) : noBytes(),
    announced: hasBody ? announcedLength(headers.get('content-length')) : undefined,
    isRequestSent: () => upload?.isSent ?? true,
  };
  const body = responseBody(raw, exchange, request, timeouts);
  if (!hasBody && raw.isRequestSent()) exchange.finish();
  return {
    status,
    headers,
    url: request.url,
    body,
    limitTime: () => {
      exchange.limit(timeouts.smallMs, 'no end of the answer');
    },
    cancel: () => {
      exchange.cancel();
    },
    closed: exchange.closed,
    bringTo: (memoryAt) => {
      if ('bringTo' in response) response.bringTo(failing(memoryAt, exchange));
    },
  };
}

/** Thrown on from where a socket asks for memory, an error would end the process: nobody could catch it. */
function failing(memoryAt: MemoryAt, exchange: Exchange): MemoryAt {
  return (position) => {
    try {
      return memoryAt(position);
    } catch (error) {
      exchange.fail(error);
      return undefined;
    }
  };
}

function asLent(
  bytes: AsyncIterable<Uint8Array>,
  { lendChunks }: HttpRequest,
): AsyncIterable<Uint8Array> {
  return lendChunks === true ? bytes : owned(bytes);
}

async function* owned(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) yield kept(chunk);
}

function announcedLength(header: string | null): number | undefined {
  return header !== null && /^[0-9]+$/.test(header) ? Number(header) : undefined;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {
  // Nothing to give.
}
