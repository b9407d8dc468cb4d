/** What is known of a refusal, as plain facts: nothing here speaks HTTP, and nothing here is secret. */

export interface Refusal {
  /** Of the registry's client, as in "REGISTRY_DENIED". */
  readonly code: string;
  readonly status: number | undefined;
  /** The registry's own code, as in "DENIED". */
  readonly serverCode: string | undefined;
  /** It was the token service that refused, not the registry. */
  readonly isTokenService: boolean;
  /** User name that was shown; undefined when nobody logged in. */
  readonly account: string | undefined;
  /** What was to be done there. */
  readonly wanted: WantedAccess | undefined;
  /** What the registry has against the token: "invalid_token". */
  readonly complaint: string | undefined;
  /** How far the server's clock is ahead of ours, in milliseconds; undefined when it did not tell. */
  readonly clockAheadMs: number | undefined;
}

export interface WantedAccess {
  /** Path of the repository below the registry. */
  readonly repository: string;
  readonly isPush: boolean;
}

/** What to do about a refusal, in GitLab's terms; undefined when the rule is about something else. */
export type RefusalRule = (refusal: Refusal) => string | undefined;

/** @param scope As in "repository:team/app:pull,push". */
export function wantedAccess(scope: string | undefined): WantedAccess | undefined {
  const match = /^repository:(.+):([a-z,*]+)$/.exec(scope ?? '');
  const [, repository, actions] = match ?? [];
  if (repository === undefined || actions === undefined) return undefined;
  return { repository, isPush: actions.split(',').includes('push') };
}
