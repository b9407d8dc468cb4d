/** Who we are to a registry, and where that is looked up. */
import type { CallOptions } from '../content/target.js';

/** A user name with a password, or one of two kinds of token; the other fields are then empty. */
export interface Credential {
  readonly username: string;
  readonly password: string;
  /** A refresh token: exchanged for access tokens, never sent to the registry itself. */
  readonly identityToken?: string | undefined;
  /** An access token, used as it is. */
  readonly registryToken?: string | undefined;
}

/** For what the credential is wanted. */
export interface CredentialOptions extends CallOptions {
  /** The repository that is asked for: some files have credentials for a part of a registry only. */
  readonly repository?: string | undefined;
}

/**
 * @param host As the user wrote it, with its port: `registry.example.com:5000`, `docker.io`.
 * @returns Undefined to be anonymous.
 */
export type CredentialSource = (
  host: string,
  options?: CredentialOptions,
) => Promise<Credential | undefined>;
