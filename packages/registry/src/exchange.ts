/** One request and the answer to it, as every endpoint sees them. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import type { Refusal } from './refusal.js';

export class Exchange {
  readonly method: string;
  /** As it came, before the "?", still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the other side went away before it had the whole answer. */
  readonly signal: AbortSignal;
  private mustSayContinue: boolean;

  constructor(request: IncomingMessage, response: ServerResponse, mustSayContinue: boolean) {
    const [path = '', ...query] = (request.url ?? '').split('?');
    this.method = request.method ?? 'GET';
    this.path = path;
    this.query = new URLSearchParams(query.join('?'));
    this.request = request;
    this.response = response;
    this.mustSayContinue = mustSayContinue;
    this.signal = abortedBy(response);
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** The request's body. A client that asked first is only now told to send it. */
  body(): AsyncIterable<Uint8Array> {
    if (this.mustSayContinue) this.response.writeContinue();
    this.mustSayContinue = false;
    // A reader that stops early must not take the connection with it: the refusal has to get out.
    return this.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  }

  /** Answers without a body. */
  answer(status: number, headers: OutgoingHttpHeaders = {}): void {
    const isBodyless = status === 204 || status === 304;
    this.response.writeHead(status, { ...headers, ...(isBodyless ? {} : { 'Content-Length': 0 }) });
    this.end();
  }

  /** Answers with a whole body; Node leaves it out where HEAD was asked. */
  answerBytes(
    status: number,
    mediaType: string,
    bytes: Uint8Array,
    headers: OutgoingHttpHeaders = {},
  ): void {
    this.response.writeHead(status, {
      ...headers,
      'Content-Type': mediaType,
      'Content-Length': bytes.byteLength,
    });
    this.end(bytes);
  }

  answerJson(value: unknown, headers: OutgoingHttpHeaders = {}, mediaType = 'application/json') {
    this.answerBytes(200, mediaType, Buffer.from(JSON.stringify(value)), headers);
  }

  refuse({ status, code, message, headers }: Refusal): void {
    const bytes = Buffer.from(JSON.stringify({ errors: [{ code, message }] }));
    this.answerBytes(status, 'application/json', bytes, headers);
  }

  /**
   * Ends the answer, after the whole of the request has been read.
   *
   * The answer itself is out at once. But a connection that is closed while the
   * client still sends is reset, and the client never sees why it was refused.
   */
  private end(bytes?: Uint8Array): void {
    const { request, response } = this;
    if (this.mustSayContinue || !hasBody(request) || request.readableEnded) {
      response.end(bytes);
      return;
    }
    if (bytes === undefined) response.flushHeaders();
    else response.write(bytes);
    request.resume();
    finished(request, () => {
      response.end();
    });
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function abortedBy(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client closed the connection'));
  });
  return gone.signal;
}
