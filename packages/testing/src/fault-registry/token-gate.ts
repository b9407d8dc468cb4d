/**
 * Bearer tokens, with the server that gives them out on the same port.
 *
 * A token is good for the repositories and actions that it was asked for, for
 * its lifetime, and until the test says otherwise. It is given by GET and by
 * POST, as Docker's token protocol and its OAuth2 variant have it.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { answerJson, isAccount, refuse, type Account, type Gate } from './gate.js';
import { errorBody } from './status-fault.js';

export interface TokenGateOptions {
  /** Who gets a token; anybody when absent. */
  readonly user?: string;
  readonly password?: string;
  /** Default 300, the most common one. Said as `expires_in` and kept to. */
  readonly lifetimeSeconds?: number;
  /** Breaks the connection of a request with a body in place of refusing it, as if the refusal had been lost. */
  readonly hangsUp?: boolean;
  /** A repository that nobody may read. */
  readonly secret?: {
    readonly repository: string;
    /** What the token server does when it is asked for it among others. */
    readonly asked: 'refuse all' | 'give the rest';
  };
}

interface IssuedToken {
  /** `repository:app:pull`, one action each. */
  readonly grants: ReadonlySet<string>;
  readonly expiresAtMs: number;
}

export class TokenGate implements Gate {
  private readonly account: Account | undefined;
  private readonly lifetimeSeconds: number;
  private readonly hangsUp: boolean;
  private readonly secret: TokenGateOptions['secret'];
  private readonly issued = new Map<string, IssuedToken>();

  constructor(options: TokenGateOptions) {
    const { user, password = '', lifetimeSeconds = 300, hangsUp = false } = options;
    this.hangsUp = hangsUp;
    this.secret = options.secret;
    this.account = user === undefined ? undefined : { user, password };
    this.lifetimeSeconds = lifetimeSeconds;
  }

  /** Every token given out so far is refused from now on. */
  expireTokens(): void {
    this.issued.clear();
  }

  async admits(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (/^\/token(?:\?|$)/.test(request.url ?? '')) {
      await this.answerTokenRequest(request, response);
      return false;
    }
    const needed = neededGrants(request);
    const token = this.issued.get(
      /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '',
    );
    const isGood = token !== undefined && Date.now() < token.expiresAtMs;
    if (isGood && needed.every((grant) => token.grants.has(grant))) return true;
    if (this.hangsUp && Number(request.headers['content-length'] ?? 0) > 0) {
      response.destroy();
      return false;
    }
    const realm = `http://${request.headers.host ?? ''}/token`;
    const scope = needed.length === 0 ? '' : `,scope="${needed.map(withPull).join(' ')}"`;
    const error = isGood ? ',error="insufficient_scope"' : '';
    refuse(response, `Bearer realm="${realm}",service="test registry"${scope}${error}`);
    return false;
  }

  private async answerTokenRequest(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const isPost = request.method === 'POST';
    const asked = isPost
      ? new URLSearchParams(await text(request))
      : new URL(request.url ?? '', 'http://test').searchParams;
    if (!this.knows(request, asked)) {
      answerJson(response, 401, errorBody('UNAUTHORIZED', 'wrong user name or password'));
      return;
    }
    const grants = [...grantsOf(asked)];
    const given = grants.filter((grant) => !this.isSecret(grant));
    if (this.secret?.asked === 'refuse all' && given.length < grants.length) {
      answerJson(response, 403, errorBody('DENIED', 'no right to read it'));
      return;
    }
    const token = `test-token-${randomUUID()}`;
    const expiresAtMs = Date.now() + this.lifetimeSeconds * 1000;
    this.issued.set(token, { grants: new Set(given), expiresAtMs });
    answerJson(response, 200, {
      [isPost ? 'access_token' : 'token']: token,
      expires_in: this.lifetimeSeconds,
      issued_at: new Date().toISOString(),
    });
  }

  private isSecret(grant: string): boolean {
    return this.secret !== undefined && grant.startsWith(`repository:${this.secret.repository}:`);
  }

  private knows(request: IncomingMessage, asked: URLSearchParams): boolean {
    if (this.account === undefined) return true;
    if (isAccount(request.headers.authorization, this.account)) return true;
    if (asked.get('grant_type') === 'refresh_token') {
      return asked.get('refresh_token') === this.account.password;
    }
    return (
      asked.get('username') === this.account.user && asked.get('password') === this.account.password
    );
  }
}

// None for /v2/ itself, which any token opens; two for a mount.
function neededGrants({ method = 'GET', url = '' }: IncomingMessage): readonly string[] {
  const [, repository] = /^\/v2\/(.+?)\/(?:blobs|manifests|tags|referrers)\//.exec(url) ?? [];
  if (repository === undefined) return [];
  const action = { GET: 'pull', HEAD: 'pull', DELETE: 'delete' }[method] ?? 'push';
  const from = new URL(url, 'http://test').searchParams.get('from');
  const mounted = from === null ? [] : [`repository:${from}:pull`];
  return [`repository:${repository}:${action}`, ...mounted];
}

// Registries ask for both: who pushes also looks what is there.
function withPull(grant: string): string {
  return grant.replace(/:push$/, ':pull,push');
}

function grantsOf(asked: URLSearchParams): ReadonlySet<string> {
  const scopes = asked.getAll('scope').flatMap((scope) => scope.split(' '));
  return new Set(
    scopes.flatMap((scope) => {
      const end = scope.lastIndexOf(':');
      const actions = scope.slice(end + 1).split(',');
      return actions.map((action) => `${scope.slice(0, end)}:${action}`);
    }),
  );
}
