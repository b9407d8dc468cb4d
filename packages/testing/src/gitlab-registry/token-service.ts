/**
 * The place where a GitLab gives tokens for its registry: `/jwt/auth`.
 *
 * Wrong credentials are refused even for what is public; who brings none and would get nothing is
 * forbidden; who is known gets a token in any case, if need be one that opens nothing. The answer
 * has the token and nothing beside it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { reply, type Answering } from '../loopback-server.js';
import { leewaySeconds, type IssueToken, type TokenAccess } from '../token-issuer.js';
import { FailedLogins } from './failed-logins.js';
import { grantedActions, type GitlabAccount, type GitlabSite } from './gitlab-site.js';

export const gitlabService = 'container_registry';

export interface TokenQuestion {
  /** Undefined when nobody logged in. */
  readonly username: string | undefined;
  readonly scopes: readonly string[];
}

export class TokenService {
  readonly asked: TokenQuestion[] = [];
  lifetimeSeconds: number;
  /** How far the clock of this host is ahead, in milliseconds. */
  clockAheadMs = 0;
  /** When the registry takes none of the tokens that were given so far. */
  refusedFromMs = 0;
  private readonly holders = new Map<string, GitlabAccount | undefined>();
  private readonly site: GitlabSite;
  private readonly issue: IssueToken;
  private readonly failed: FailedLogins;

  constructor(
    site: GitlabSite,
    issue: IssueToken,
    options: { readonly lifetimeSeconds: number; readonly bansAfter: number },
  ) {
    this.site = site;
    this.issue = issue;
    this.lifetimeSeconds = options.lifetimeSeconds;
    this.failed = new FailedLogins(options.bansAfter);
  }

  readonly answer: Answering = (request, response) => {
    response.setHeader('Date', new Date(Date.now() + this.clockAheadMs).toUTCString());
    const url = new URL(request.url ?? '', 'http://gitlab');
    if (url.pathname !== '/jwt/auth') {
      reply(response, 404, { 'Content-Type': 'text/html' }, '<html>404</html>');
      return;
    }
    this.answerAuth(request, response, url.searchParams);
  };

  /** Who was given the token of this header. */
  readonly holderOf = (authorization: string | undefined): GitlabAccount | undefined =>
    this.holders.get(authorization ?? '');

  private answerAuth(
    { headers }: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): void {
    const login = loginIn(headers.authorization);
    const account = this.site.accounts.find(
      ({ username, password }) => username === login?.username && password === login.password,
    );
    const isJob = login?.username === 'gitlab-ci-token';
    const scopes = query.getAll('scope');
    this.asked.push({ username: login?.username, scopes });
    if (this.failed.isBanned && !isJob) {
      reply(response, 403, { 'Content-Type': 'text/plain' }, 'Forbidden\n');
      return;
    }
    if (login !== undefined && account === undefined) {
      if (!isJob) this.failed.note();
      refuse(response, 401, 'UNAUTHORIZED', 'HTTP Basic: Access denied');
      return;
    }
    const access = scopes.map((scope) => this.accessFor(scope, account));
    const granted = access.filter(({ actions }) => actions.length > 0);
    if (account === undefined && granted.length === 0) {
      refuse(response, 403, 'DENIED', 'access forbidden');
      return;
    }
    const token = this.tokenFor(granted);
    this.holders.set(`Bearer ${token}`, account);
    reply(response, 200, {}, JSON.stringify({ token }));
  }

  private accessFor(scope: string, account: GitlabAccount | undefined): TokenAccess {
    const [type = '', name = '', actions = ''] = scope.split(':');
    const wanted = actions.split(',');
    return { type, name, actions: grantedActions(this.site, account, name, wanted) };
  }

  private tokenFor(access: readonly TokenAccess[]): string {
    const { clockAheadMs, lifetimeSeconds } = this;
    const issuedAt = Math.floor((Date.now() + clockAheadMs) / 1000);
    this.refusedFromMs = Date.now() + clockAheadMs + (lifetimeSeconds + 1) * 1000;
    return this.issue({
      access,
      issuedAt,
      notBefore: issuedAt - 5,
      expires: issuedAt + lifetimeSeconds - leewaySeconds,
    });
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body = JSON.stringify({ errors: [{ code, message }] });
  reply(response, status, { 'Content-Type': 'application/json' }, body);
}

/** Who says to be asking; undefined for nobody. */
export function loginIn(
  header: string | undefined,
): { readonly username: string; readonly password: string } | undefined {
  if (header === undefined) return undefined;
  const text = Buffer.from(header.replace(/^Basic /i, ''), 'base64').toString();
  const colon = text.indexOf(':');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
