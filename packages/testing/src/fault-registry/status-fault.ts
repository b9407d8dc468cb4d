/** Answers with a status of the test's choice in place of the registry. */
import type { Fault } from './fault.js';
import { matchesRequest, type RequestPattern } from './request-pattern.js';

export interface StatusFaultOptions {
  /** Default: every request. */
  readonly to?: RequestPattern;
  /** Default: each time. */
  readonly times?: number;
  /** Seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function statusFault(status: number, options: StatusFaultOptions): Fault {
  const { to = /^/, times = Infinity, retryAfter, body = '', headers = {} } = options;
  return {
    timesLeft: times,
    matches: (request) => matchesRequest(request, to),
    happen: (_request, response) => {
      const isText = typeof body === 'string';
      const text = isText ? body : JSON.stringify(body);
      response.writeHead(status, {
        'Content-Type': isText ? 'text/plain' : 'application/json',
        'Content-Length': Buffer.byteLength(text),
        ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
        ...headers,
      });
      response.end(text);
      return true;
    },
  };
}

/** The error document of the distribution-spec. */
export function errorBody(code: string, message: string): unknown {
  return { errors: [{ code, message }] };
}
