/**
 * A token server for the reference registry: everybody may read, one account may write.
 *
 * @see https://distribution.github.io/distribution/spec/auth/jwt/
 */
import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DockerRegistryOptions } from './docker-registry-config.js';
import { reply, startLoopbackServer } from './loopback-server.js';
import type { TestCertificates } from './test-certificates.js';

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

// The reference registry, which counts in whole seconds, takes a token for that much longer than it says.
const leewaySeconds = 60;

export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const { certificates, user, password } = options;
  const { certificate, key } = certificates.server;
  const issue = tokenIssuer(await readFile(certificate), await readFile(key));
  const owner = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const asked: string[] = [];
  let refusedFromMs = 0;
  const server = await startLoopbackServer((request, response) => {
    const scopes = new URL(request.url ?? '', 'http://tokens').searchParams.getAll('scope');
    asked.push(scopes.join(' '));
    const { lifetimeSeconds } = tokens;
    refusedFromMs = Date.now() + (lifetimeSeconds + 1) * 1000;
    const mayWrite = request.headers.authorization === owner;
    const token = issue({ scopes, mayWrite, lifetimeSeconds });
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

interface Wanted {
  readonly scopes: readonly string[];
  readonly mayWrite: boolean;
  readonly lifetimeSeconds: number;
}

/** Signs what the reference registry takes: ES256 with the certificate of the signer. */
function tokenIssuer(certificate: Buffer, key: Buffer) {
  const x5c = [new X509Certificate(certificate).raw.toString('base64')];
  const privateKey = createPrivateKey(key);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return ({ scopes, mayWrite, lifetimeSeconds }: Wanted): string => {
    const now = Math.floor(Date.now() / 1000);
    const access = scopes.map((scope) => {
      const [type, name, actions = ''] = scope.split(':');
      return { type, name, actions: mayWrite ? actions.split(',') : ['pull'] };
    });
    const times = { exp: now + lifetimeSeconds - leewaySeconds, nbf: now - 600, iat: now };
    const claims = { iss: 'test', sub: '', aud: 'test', ...times, jti: randomUUID(), access };
    const text = `${encode({ alg: 'ES256', typ: 'JWT', x5c })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(text), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${text}.${signature.toString('base64url')}`;
  };
}
