/**
 * What can go wrong between here and a registry.
 *
 * The code says what kind of trouble it is; `status`, `serverCode` and
 * `serverMessage` keep what the registry itself said, escaped and cut, because
 * quotas and rules are explained there and nowhere else. No field ever holds a
 * credential, a token or a query string.
 */
import type { LoginFacts } from '../auth/login-facts.js';
import { CodedError } from '../errors/coded-error.js';

/** Codes never change their meaning; new ones may be added. */
export type RegistryErrorCode =
  /** No connection: name unknown, refused, reset, a proxy that declines. */
  | 'REGISTRY_UNREACHABLE'
  /** Connected, then silent for longer than allowed. */
  | 'REGISTRY_TIMEOUT'
  /** It answered 408, 425 or 5xx (but for 501 and 505), also after the retries. */
  | 'REGISTRY_UNAVAILABLE'
  /** It answered 429, also after the retries, or asks to wait longer than allowed. */
  | 'REGISTRY_RATE_LIMITED'
  /** The credentials are wrong, or there are none where some are wanted. */
  | 'REGISTRY_UNAUTHORIZED'
  /** Understood who asks, who has no right to do this. */
  | 'REGISTRY_DENIED'
  /** The repository, manifest or blob is not there. */
  | 'REGISTRY_NOT_FOUND'
  /** Understood and declined: immutable tag, media type, method, invalid manifest. */
  | 'REGISTRY_REFUSED'
  /** A manifest was declined because a blob or manifest it names is not there: push that again. */
  | 'REGISTRY_BLOB_UNKNOWN'
  /** More than it takes, or more than is read here. */
  | 'REGISTRY_TOO_LARGE'
  /** No trusted TLS connection. */
  | 'REGISTRY_TLS'
  /** Something answers that is not a registry: a login page, a web server. */
  | 'REGISTRY_NOT_A_REGISTRY'
  /** The answer breaks the protocol. */
  | 'REGISTRY_PROTOCOL'
  /** A credentials file or helper cannot be used, or a setting of the connection is wrong. */
  | 'CREDENTIALS_INVALID';

/** What is known of the trouble beside its code. */
export interface RegistryErrorDetails {
  readonly host?: string | undefined;
  /** What was being done, as in "reading manifest 1.4 of registry.example.com/app". */
  readonly operation?: string | undefined;
  readonly status?: number | undefined;
  /** The registry's own code, for example NAME_UNKNOWN. */
  readonly serverCode?: string | undefined;
  /** The registry's own words, printable and cut. */
  readonly serverMessage?: string | undefined;
  /** The same request may succeed later. Default false. */
  readonly mayPass?: boolean | undefined;
  /** How long the registry asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Of a refusal by a registry that works with tokens, or by its token service. */
  readonly login?: LoginFacts | undefined;
  /** The clock of the server when it answered, in milliseconds since 1970; it counts whole seconds. */
  readonly serverTimeMs?: number | undefined;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** A registry, or the way to it, is in trouble or declines. `mayPass` tells whether trying again can help. */
export class RegistryError extends CodedError<RegistryErrorCode> {
  override readonly name = 'RegistryError';
  readonly host: string | undefined;
  readonly operation: string | undefined;
  readonly status: number | undefined;
  readonly serverCode: string | undefined;
  readonly serverMessage: string | undefined;
  readonly mayPass: boolean;
  readonly retryAfterMs: number | undefined;
  readonly login: LoginFacts | undefined;
  readonly serverTimeMs: number | undefined;

  constructor(code: RegistryErrorCode, message: string, details: RegistryErrorDetails = {}) {
    const { hint, cause } = details;
    super(code, message, cause === undefined ? { hint } : { hint, cause });
    this.host = details.host;
    this.operation = details.operation;
    this.status = details.status;
    this.serverCode = details.serverCode;
    this.serverMessage = details.serverMessage;
    this.mayPass = details.mayPass ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.login = details.login;
    this.serverTimeMs = details.serverTimeMs;
  }
}
