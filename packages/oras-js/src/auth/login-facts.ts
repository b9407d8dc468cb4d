/** How a registry wanted to be asked, and as whom it was: plain facts, no password and no token among them. */
import type { Challenge } from './challenge.js';

/** Who was asked for a token, for whom and for what; all of it may be shown. */
export interface LoginFacts {
  /** Where tokens come from: scheme, host and path, without a query. */
  readonly realm: string;
  readonly service: string | undefined;
  /** User name that was shown; undefined when nobody logged in. */
  readonly account: string | undefined;
  /** As in "repository:team/app:pull,push"; the first of several. */
  readonly scope: string | undefined;
  /** What the registry has against the token: "invalid_token", "insufficient_scope". */
  readonly complaint?: string | undefined;
  /** It was the token service that refused, not the registry. */
  readonly isTokenService: boolean;
}

export function loginFacts(
  realm: URL,
  more: Pick<LoginFacts, 'service' | 'isTokenService'> & {
    readonly scopes: readonly string[];
    readonly account: string | undefined;
  },
): LoginFacts {
  const { service, account, scopes, isTokenService } = more;
  return {
    realm: `${realm.origin}${realm.pathname}`,
    service,
    account: account === '' ? undefined : account,
    scope: scopes[0],
    isTokenService,
  };
}

/** With what the challenge of a refusal says about the token. */
export function withComplaint(login: LoginFacts, challenges: readonly Challenge[]): LoginFacts {
  const complaint = challenges.find(({ scheme }) => scheme === 'bearer')?.parameters['error'];
  // It may be somebody else's text; no code of the specification is longer.
  return { ...login, complaint: complaint?.slice(0, 60) };
}
