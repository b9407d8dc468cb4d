/** What a registry client can be told. All of it is optional. */
import type { CredentialSource } from '../auth/credential.js';
import type { ProxySettings } from '../http/proxy-settings.js';
import type { RetryEvent, RetryOptions } from '../http/retry-options.js';
import type { TimeoutOptions } from '../http/timeouts.js';
import type { ExchangeNote } from '../http/with-exchanges.js';
import type { RegistryWarning } from '../http/with-warnings.js';

/** Holds for everything that the client does; checked when it is used, not before. */
export interface ClientOptions {
  /**
   * Hosts that are asked by plain http: `host`, `host:port`, or `*` for every
   * host that turns out not to speak TLS. Loopback hosts are found out without
   * being named here; no other host is ever asked without TLS.
   */
  readonly plainHttp?: readonly string[] | undefined;
  /** Hosts whose certificate is not checked. */
  readonly insecureSkipTlsVerify?: readonly string[] | undefined;
  /** PEM, added to the authorities that are trusted anyway. */
  readonly ca?: string | undefined;
  /** PEM, shown to registries only. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Default: anonymous everywhere. */
  readonly credentials?: CredentialSource | undefined;
  /** Default: none. */
  readonly proxy?: ProxySettings | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  /** Requests at once to one host, uploads counted apart. Default 8. */
  readonly maxConnectionsPerHost?: number | undefined;
  readonly userAgent?: string | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /** Called for each request once its answer has begun, or has failed to come. */
  readonly onExchange?: ((exchange: ExchangeNote) => void) | undefined;
  /** Called once for each text that a registry sends in a `Warning` header. */
  readonly onWarning?: ((warning: RegistryWarning) => void) | undefined;
}

/** Registries and the proxies before them limit clients at tens of connections; more than a few bring no speed. */
export const defaultMaxConnectionsPerHost = 8;
