/**
 * Tells of each request and its answer: which host, by which way, with what result.
 *
 * For programs that report what has to be reachable. No secret is told: of an address no query, of
 * a login only its kind.
 */
import { chooseChallenge, parseChallenges } from '../auth/challenge.js';
import { resolveUrl } from './resolve-url.js';
import type { HttpRequest, HttpResponse, Method, Send } from './send.js';
import type { TlsFacts } from './tls-facts.js';

/** One request as it went out, and what came back. */
export interface ExchangeNote {
  readonly method: Method;
  /** Scheme, host, port and path. */
  readonly url: string;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  /** Whether a password, a token, or nothing was shown. */
  readonly shown: 'basic' | 'bearer' | 'nothing';
  /** What the answer asks for. */
  readonly challenge: AskedLogin | undefined;
  /** The clock of the server, in milliseconds since 1970; it counts whole seconds. */
  readonly serverTimeMs: number | undefined;
  /** Host of the proxy on the way. */
  readonly proxy: string | undefined;
  /** Of the last connection to this host; undefined for plain http. */
  readonly tls: TlsFacts | undefined;
}

/** How a registry wants us to log in. */
export interface AskedLogin {
  /** Lower case: "bearer" or "basic". */
  readonly scheme: string;
  /** Where tokens come from, without a query; undefined for a scheme without tokens. */
  readonly realm: string | undefined;
  readonly service: string | undefined;
}

export interface Way {
  proxyOf(url: URL): URL | undefined;
  tlsOf(url: URL): TlsFacts | undefined;
}

export function withExchanges(
  send: Send,
  way: Way,
  onExchange: (exchange: ExchangeNote) => void,
): Send {
  return async (request) => {
    try {
      const response = await send(request);
      onExchange(noteOf(request, response, way));
      return response;
    } catch (error) {
      onExchange(noteOf(request, undefined, way));
      throw error;
    }
  };
}

function noteOf(request: HttpRequest, response: HttpResponse | undefined, way: Way): ExchangeNote {
  const { method, url, headers = {} } = request;
  const serverTime = Date.parse(response?.headers.get('date') ?? '');
  return {
    method,
    url: `${url.origin}${url.pathname}`,
    status: response?.status,
    shown: shownBy(headers['Authorization']),
    challenge: response === undefined ? undefined : challengeOf(response),
    serverTimeMs: Number.isNaN(serverTime) ? undefined : serverTime,
    proxy: way.proxyOf(url)?.host,
    tls: way.tlsOf(url),
  };
}

function shownBy(authorization: string | undefined): ExchangeNote['shown'] {
  if (authorization === undefined) return 'nothing';
  return /^basic /i.test(authorization) ? 'basic' : 'bearer';
}

function challengeOf({ headers, url }: HttpResponse): ExchangeNote['challenge'] {
  const challenge = chooseChallenge(parseChallenges(headers.get('www-authenticate') ?? ''));
  if (challenge === undefined) return undefined;
  const { scheme, parameters } = challenge;
  const realm = parameters['realm'] ?? '';
  const address = scheme === 'bearer' ? resolveUrl(realm, url) : undefined;
  const { service } = parameters;
  return { scheme, realm: address && `${address.origin}${address.pathname}`, service };
}
