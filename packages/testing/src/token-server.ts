/**
 * A token server for the reference registry: everybody may read, one account may write.
 *
 * @see https://distribution.github.io/distribution/spec/auth/jwt/
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerRegistryOptions } from './docker-registry-config.js';
import { reply, startLoopbackServer } from './loopback-server.js';
import type { TestCertificates } from './test-certificates.js';
import { leewaySeconds, tokenIssuer } from './token-issuer.js';

export interface TokenServerOptions {
  /** Its `server` key signs the tokens; the registry trusts its `ca`. */
  readonly certificates: TestCertificates;
  /** Who may write. */
  readonly user: string;
  readonly password: string;
  /** How long its first tokens are good, in seconds. Default 300. */
  readonly lifetimeSeconds?: number;
}

export interface TokenServer extends AsyncDisposable {
  /** The scopes of each token that was asked for, in the order of arrival. */
  readonly asked: readonly string[];
  /** Of the tokens that are given out from now on. */
  lifetimeSeconds: number;
  /** Waits until the registry takes none of the tokens that were given out so far. */
  untilExpired(): Promise<void>;
  /** What the registry has to be told. */
  readonly forRegistry: NonNullable<DockerRegistryOptions['token']>;
}

export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const { certificates, user, password } = options;
  const issue = await tokenIssuer(certificates.server, { issuer: 'test', service: 'test' });
  const owner = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const asked: string[] = [];
  let refusedFromMs = 0;
  const server = await startLoopbackServer((request, response) => {
    const scopes = new URL(request.url ?? '', 'http://tokens').searchParams.getAll('scope');
    asked.push(scopes.join(' '));
    const { lifetimeSeconds } = tokens;
    refusedFromMs = Date.now() + (lifetimeSeconds + 1) * 1000;
    const mayWrite = request.headers.authorization === owner;
    const issuedAt = Math.floor(Date.now() / 1000);
    const token = issue({
      access: scopes.map((scope) => accessFor(scope, mayWrite)),
      issuedAt,
      notBefore: issuedAt - 600,
      expires: issuedAt + lifetimeSeconds - leewaySeconds,
    });
    reply(response, 200, {}, JSON.stringify({ token, expires_in: lifetimeSeconds }));
  });
  const tokens: TokenServer = {
    asked,
    lifetimeSeconds: options.lifetimeSeconds ?? 300,
    untilExpired: () => sleep(Math.max(0, refusedFromMs - Date.now())),
    forRegistry: {
      realm: `${server.url}/token`,
      service: 'test',
      issuer: 'test',
      rootCertificates: certificates.ca,
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return tokens;
}

function accessFor(scope: string, mayWrite: boolean) {
  const [type = '', name = '', actions = ''] = scope.split(':');
  return { type, name, actions: mayWrite ? actions.split(',') : ['pull'] };
}
