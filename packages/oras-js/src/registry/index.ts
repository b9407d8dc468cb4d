/**
 * `oras-js/registry`: repositories of remote registries, and everything about
 * the way there. The only part of the library that speaks HTTP.
 */
export type { LoginFacts } from '../auth/login-facts.js';
export type { Credential, CredentialOptions, CredentialSource } from '../auth/credential.js';
export type { DockerConfig } from '../auth/docker-config.js';
export {
  dockerCredentials,
  requireDockerConfig,
  type DockerCredentialsOptions,
} from '../auth/docker-credentials.js';
export { proxyFromEnvironment, type ProxySettings } from '../http/proxy-settings.js';
export type { RetryEvent, RetryOptions } from '../http/retry-options.js';
export type { TimeoutOptions } from '../http/timeouts.js';
export type { TlsFacts } from '../http/tls-facts.js';
export type { AskedLogin, ExchangeNote } from '../http/with-exchanges.js';
export type { RegistryWarning } from '../http/with-warnings.js';
export type { PushBlobOptions } from './find-or-open.js';
export type { ClientOptions } from './client-options.js';
export { RegistryClient } from './registry-client.js';
export {
  RegistryError,
  type RegistryErrorCode,
  type RegistryErrorDetails,
} from './registry-error.js';
export { Repository } from './repository.js';
export { RepositoryProbe, type UploadTrial } from './repository-probe.js';
