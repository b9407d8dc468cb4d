/**
 * Requests by node-fetch over Node's own HTTP client: whatever is large, goes through a proxy, or gets an
 * answer of another than the plainest form. Loaded when the first of those comes; many runs have none.
 *
 * Its connections are kept open, one pool for each scheme, host and port.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import fetch, { type Response } from 'node-fetch';
import { limitConnectTime } from './limit-connect-time.js';
import { httpProxyAgent, httpsProxyAgent } from './proxy-agents.js';
import type { Method } from './send.js';
import { noteTls, type TlsFacts } from './tls-facts.js';

export interface LibraryRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | Readable | undefined;
  readonly signal: AbortSignal;
}

/** What is decided for all connections to a host, whoever makes them. */
export interface ConnectionRules {
  readonly connectMs: number;
  /** Undefined when `url` is asked directly. */
  proxyOf(url: URL): URL | undefined;
  trust(url: URL): ConnectionOptions;
  /** PEM, with those that are trusted anyway; undefined when no others are. */
  trustedAuthorities(): string[] | undefined;
  /** Told of each connection on which TLS has come to stand. */
  noteTls(url: URL, facts: TlsFacts): void;
}

// Requests are limited above; a second limit here would make them wait where no timer runs for them.
const pool = { keepAlive: true, maxSockets: Infinity, maxFreeSockets: 16 };

export class HttpLibrary {
  private readonly agents = new Map<string, HttpAgent>();
  private readonly rules: ConnectionRules;

  constructor(rules: ConnectionRules) {
    this.rules = rules;
  }

  /** Follows no redirect and undoes no compression. Rejects as node-fetch does. */
  ask({ url, method, headers, body, signal }: LibraryRequest): Promise<Response> {
    return fetch(url, {
      method,
      headers,
      body: body ?? null,
      agent: this.agentFor(url),
      signal,
      redirect: 'manual',
      compress: false,
    });
  }

  /** Closes every connection. */
  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  private agentFor(url: URL): HttpAgent {
    const known = this.agents.get(url.origin);
    if (known !== undefined) return known;
    const agent = url.protocol === 'http:' ? this.plainAgent(url) : this.tlsAgent(url);
    this.agents.set(url.origin, agent);
    return agent;
  }

  private plainAgent(url: URL): HttpAgent {
    const { connectMs } = this.rules;
    const via = this.rules.proxyOf(url);
    return via === undefined
      ? limitConnectTime(new HttpAgent(pool), 'connect', connectMs)
      : httpProxyAgent(via, this.rules.trustedAuthorities(), connectMs);
  }

  private tlsAgent(url: URL): HttpAgent {
    const { connectMs } = this.rules;
    const via = this.rules.proxyOf(url);
    const trust = this.rules.trust(url);
    const agent =
      via === undefined
        ? limitConnectTime(new HttpsAgent({ ...pool, ...trust }), 'secureConnect', connectMs)
        : httpsProxyAgent(via, this.rules.trustedAuthorities(), { pool, trust, connectMs });
    return noteTls(agent, (facts) => {
      this.rules.noteTls(url, facts);
    });
  }
}
