/**
 * The two ways to a host: connections of our own for what is plain, the HTTP library for the rest.
 *
 * What is trusted is decided per host: certificate checks are off only where
 * that was asked for by name, and the client certificate is shown only to hosts
 * that were named as registries. TLS is 1.2 or newer everywhere.
 */
import * as tls from 'node:tls';
import type { Response } from 'node-fetch';
import { matchesHost } from './host-list.js';
import type { ConnectionRules, HttpLibrary, LibraryRequest } from './http-library.js';
import { proxyFor, type ProxySettings } from './proxy-settings.js';
import type { TlsFacts } from './tls-facts.js';
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

export class Agents implements ConnectionRules {
  readonly connectMs: number;
  private readonly registries = new Set<string>();
  private readonly options: AgentOptions;
  private readonly raw = new RawConnections((url) => this.connect(url));
  private readonly tls = new Map<string, TlsFacts>();
  private library: Promise<HttpLibrary> | undefined;
  private trusted: string[] | undefined;
  /** With the client certificate and without it. */
  private readonly contexts = new Map<boolean, tls.SecureContext>();

  constructor(options: AgentOptions) {
    this.options = options;
    this.connectMs = options.connectMs;
  }

  /** From now on `origin` may see the client certificate. */
  nameRegistry(origin: string): void {
    this.registries.add(origin);
  }

  /** Undefined when the HTTP library has to be asked. */
  async askRaw(request: RawRequest): Promise<RawAnswer | undefined> {
    return this.proxyOf(request.url) === undefined ? this.raw.ask(request) : undefined;
  }

  async askLibrary(request: LibraryRequest): Promise<Response> {
    this.library ??= this.loadLibrary();
    return (await this.library).ask(request);
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

  noteTls(url: URL, facts: TlsFacts): void {
    this.tls.set(url.origin, facts);
  }

  trust(url: URL): tls.ConnectionOptions {
    const { insecureSkipTlsVerify = [] } = this.options;
    return {
      rejectUnauthorized: !matchesHost(url, insecureSkipTlsVerify),
      secureContext: this.secureContext(this.registries.has(url.origin)),
    };
  }

  trustedAuthorities(): string[] | undefined {
    const { ca } = this.options;
    if (ca === undefined) return undefined;
    // A list given to TLS replaces the built-in one, so that one is repeated in it.
    this.trusted ??= [...defaultAuthorities(), ca];
    return this.trusted;
  }

  /** Closes every connection; what is asked meanwhile fails. */
  async close(): Promise<void> {
    this.raw.close();
    // Where it could not be loaded, there is nothing to close.
    const library = await this.library?.catch(() => undefined);
    library?.close();
  }

  private connect(url: URL): RawConnection {
    const trust = url.protocol === 'https:' ? this.trust(url) : undefined;
    return new RawConnection(url, trust, this.connectMs, (facts) => {
      this.noteTls(url, facts);
    });
  }

  /** Made once: for each connection anew, reading all authorities takes as long as tens of megabytes. */
  private secureContext(showsCertificate: boolean): tls.SecureContext {
    const known = this.contexts.get(showsCertificate);
    if (known !== undefined) return known;
    const ca = this.trustedAuthorities();
    const context = tls.createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca }),
      ...(showsCertificate ? this.options.clientCertificate : {}),
    });
    this.contexts.set(showsCertificate, context);
    return context;
  }

  private async loadLibrary(): Promise<HttpLibrary> {
    try {
      const { HttpLibrary: Library } = await import('./http-library.js');
      return new Library(this);
    } catch (error) {
      // Too many open files, say: the next one may have more luck.
      this.library = undefined;
      throw error;
    }
  }
}

/** With what NODE_EXTRA_CA_CERTS adds, where this Node can tell. */
function defaultAuthorities(): readonly string[] {
  const newer = tls as { readonly getCACertificates?: (type: 'default') => string[] };
  return newer.getCACertificates?.('default') ?? tls.rootCertificates;
}
