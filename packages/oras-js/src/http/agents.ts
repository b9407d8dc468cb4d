/**
 * Connections: kept open, one pool for each scheme, host and port.
 *
 * What is trusted is decided per host: certificate checks are off only where
 * that was asked for by name, and the client certificate is shown only to hosts
 * that were named as registries. TLS is 1.2 or newer everywhere.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import * as tls from 'node:tls';
import { matchesHost } from './host-list.js';
import { limitConnectTime } from './limit-connect-time.js';
import { httpProxyAgent, httpsProxyAgent } from './proxy-agents.js';
import { proxyFor, type ProxySettings } from './proxy-settings.js';
import { noteTls, type TlsFacts } from './tls-facts.js';
import { RawConnection } from './raw-connection.js';
import { RawConnections, type RawRequest } from './raw-connections.js';
import type { RawAnswer } from './raw-exchange.js';

export interface AgentOptions {
  /** PEM, added to the authorities that are trusted anyway. */
  readonly ca?: string | undefined;
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Hosts, with their ports, whose certificate is not checked; `*` for all. */
  readonly insecureSkipTlsVerify?: readonly string[] | undefined;
  readonly proxy?: ProxySettings | undefined;
  readonly connectMs: number;
}

// Requests are limited above; a second limit here would make them wait where no timer runs for them.
const pool = { keepAlive: true, maxSockets: Infinity, maxFreeSockets: 16 };

export class Agents {
  private readonly agents = new Map<string, HttpAgent>();
  private readonly registries = new Set<string>();
  private readonly options: AgentOptions;
  private readonly raw = new RawConnections((url) => this.connect(url));
  private readonly tls = new Map<string, TlsFacts>();
  private trusted: string[] | undefined;

  constructor(options: AgentOptions) {
    this.options = options;
  }

  /** From now on `origin` may see the client certificate. */
  nameRegistry(origin: string): void {
    this.registries.add(origin);
  }

  forUrl(url: URL): HttpAgent {
    const known = this.agents.get(url.origin);
    if (known !== undefined) return known;
    const agent = this.create(url);
    this.agents.set(url.origin, agent);
    return agent;
  }

  /** Undefined when the answer has to be got in the usual way. */
  async askRaw(request: RawRequest): Promise<RawAnswer | undefined> {
    return this.proxyOf(request.url) === undefined ? this.raw.ask(request) : undefined;
  }

  /** Undefined when `url` is asked directly. */
  proxyOf(url: URL): URL | undefined {
    const { proxy } = this.options;
    return proxy === undefined ? undefined : proxyFor(url, proxy);
  }

  /** Of the newest connection there; undefined for none, and for plain http. */
  tlsOf(url: URL): TlsFacts | undefined {
    return this.tls.get(url.origin);
  }

  /** Closes every connection. */
  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
    this.raw.close();
  }

  private connect(url: URL): RawConnection {
    const trust = url.protocol === 'https:' ? this.trust(url) : undefined;
    return new RawConnection(url, trust, this.options.connectMs, (facts) => {
      this.tls.set(url.origin, facts);
    });
  }

  private create(url: URL): HttpAgent {
    const { connectMs } = this.options;
    const via = this.proxyOf(url);
    if (url.protocol === 'http:') {
      return via === undefined
        ? limitConnectTime(new HttpAgent(pool), 'connect', connectMs)
        : httpProxyAgent(via, this.trustedAuthorities(), connectMs);
    }
    const trust = this.trust(url);
    const agent =
      via === undefined
        ? limitConnectTime(new HttpsAgent({ ...pool, ...trust }), 'secureConnect', connectMs)
        : httpsProxyAgent(via, pool, trust, connectMs);
    return noteTls(agent, (facts) => {
      this.tls.set(url.origin, facts);
    });
  }

  private trust(url: URL): tls.ConnectionOptions {
    const { clientCertificate, insecureSkipTlsVerify = [] } = this.options;
    const ca = this.trustedAuthorities();
    return {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: !matchesHost(url, insecureSkipTlsVerify),
      ...(ca === undefined ? {} : { ca }),
      ...(this.registries.has(url.origin) ? clientCertificate : {}),
    };
  }

  private trustedAuthorities(): string[] | undefined {
    const { ca } = this.options;
    if (ca === undefined) return undefined;
    // A list given to TLS replaces the built-in one, so that one is repeated in it.
    this.trusted ??= [...defaultAuthorities(), ca];
    return this.trusted;
  }
}

/** With what NODE_EXTRA_CA_CERTS adds, where this Node can tell. */
function defaultAuthorities(): readonly string[] {
  const newer = tls as { readonly getCACertificates?: (type: 'default') => string[] };
  return newer.getCACertificates?.('default') ?? tls.rootCertificates;
}
