/**
 * Knows how each registry wants to be asked, and holds what it gave us.
 *
 * Tokens are kept per registry and set of scopes, fetched once for all who wait
 * for the same one, and renewed before they end. Nothing of this is written
 * anywhere, and nothing is given to another scheme, host or port.
 */
import { performance } from 'node:perf_hooks';
import { SingleFlight } from '../async/single-flight.js';
import type { Access, CredentialKind, HttpRequest, Send } from '../http/send.js';
import type { Challenge } from './challenge.js';
import type { Credential, CredentialSource } from './credential.js';
import { loginFacts, type LoginFacts } from './login-facts.js';
import { checkRealm } from './realm.js';
import { formatScope, mergeScopes } from './scope.js';
import { basicAuthorization, requestToken, type Token } from './token.js';

export interface Authorization {
  /** Value of the `Authorization` header; undefined to be anonymous. */
  readonly header: string | undefined;
  readonly kind: CredentialKind;
  /** Of a token. */
  readonly login?: LoginFacts | undefined;
}

export interface Learned {
  readonly challenge: Challenge;
  readonly challenger: URL;
}

export interface Challenged {
  readonly access: Access;
  readonly learned: Learned;
  readonly rejected: Authorization | undefined;
  /** Asked for by the challenge itself. */
  readonly extraScopes: readonly string[];
}

/** A token that ends sooner is renewed first: the request may take a moment to be judged. */
const marginMs = 10_000;
/** A body takes longer on its way, and some servers judge at its end. */
const bodyMarginMs = 30_000;

export class Authorizer {
  private readonly send: Send;
  private readonly source: CredentialSource;
  private readonly learned = new Map<string, Learned>();
  private readonly tokens = new Map<string, Token>();
  private readonly credentials = new Map<string, Credential | undefined>();
  private readonly tokenFlights = new SingleFlight<Token>();
  private readonly credentialFlights = new SingleFlight<Credential | undefined>();

  /** @param send Used for token requests; must not authorize by itself. */
  constructor(send: Send, source: CredentialSource) {
    this.send = send;
    this.source = source;
  }

  /** How to authorize from the start, or undefined when this registry did not ask yet. */
  async authorize(request: HttpRequest, access: Access): Promise<Authorization | undefined> {
    const known = this.learned.get(access.origin);
    return known === undefined ? undefined : this.answer(request, access, known, []);
  }

  /** How to answer a challenge. Whatever token was rejected is not used again. */
  async answerChallenge(request: HttpRequest, challenged: Challenged): Promise<Authorization> {
    const { access, learned, rejected, extraScopes } = challenged;
    this.learned.set(access.origin, learned);
    if (rejected?.header !== undefined) this.forget(access, rejected.header);
    return this.answer(request, access, learned, extraScopes);
  }

  private async answer(
    request: HttpRequest,
    access: Access,
    learned: Learned,
    extraScopes: readonly string[],
  ): Promise<Authorization> {
    const credential = await this.credentialFor(access, request.signal);
    if (credential?.registryToken !== undefined) {
      return { header: `Bearer ${credential.registryToken}`, kind: 'token' };
    }
    if (learned.challenge.scheme === 'basic') return basicAnswer(credential);
    const scopes = mergeScopes([...access.scopes.map(formatScope), ...extraScopes]);
    const token = await this.tokenFor(request, { access, learned, scopes, credential });
    return {
      header: `Bearer ${token.value}`,
      kind: credential === undefined ? 'anonymous' : 'token',
      login: factsOf(request, learned, scopes, credential),
    };
  }

  private async tokenFor(
    request: HttpRequest,
    want: {
      readonly access: Access;
      readonly learned: Learned;
      readonly scopes: readonly string[];
      readonly credential: Credential | undefined;
    },
  ): Promise<Token> {
    const key = tokenKey(want.access, want.scopes);
    const known = this.tokens.get(key);
    const margin = request.body === undefined ? marginMs : bodyMarginMs;
    if (known !== undefined && known.expiresAtMs - margin > performance.now()) return known;
    const { challenge, challenger } = want.learned;
    return this.tokenFlights.run(
      key,
      async ({ signal }) => {
        const { realm = '', service } = challenge.parameters;
        const { scopes, credential } = want;
        const { operation } = request;
        const wanted = { realm, service, scopes, credential, challenger, operation, signal };
        const token = await requestToken(this.send, wanted);
        this.tokens.set(key, token);
        return token;
      },
      request,
    );
  }

  private async credentialFor(
    access: Access,
    signal: AbortSignal | undefined,
  ): Promise<Credential | undefined> {
    const repository = access.scopes[0]?.repository;
    const key = credentialKey(access);
    if (this.credentials.has(key)) return this.credentials.get(key);
    return this.credentialFlights.run(
      key,
      async (options) => {
        const credential = await this.source(access.registry, { ...options, repository });
        this.credentials.set(key, credential);
        return credential;
      },
      { signal },
    );
  }

  /** Others may have renewed it meanwhile: only the very token that was rejected goes. */
  private forget(access: Access, header: string): void {
    const key = tokenKey(access, mergeScopes(access.scopes.map(formatScope)));
    if (`Bearer ${this.tokens.get(key)?.value ?? ''}` === header) this.tokens.delete(key);
    // A helper may hold a newer password by now.
    this.credentials.delete(credentialKey(access));
  }
}

function factsOf(
  { operation }: HttpRequest,
  { challenge, challenger }: Learned,
  scopes: readonly string[],
  credential: Credential | undefined,
): LoginFacts {
  const { realm = '', service } = challenge.parameters;
  const url = checkRealm({ realm, challenger, operation });
  return loginFacts(url, {
    service,
    scopes,
    account: credential?.username,
    isTokenService: false,
  });
}

function basicAnswer(credential: Credential | undefined): Authorization {
  if (credential === undefined) return { header: undefined, kind: 'none' };
  const { username, password, identityToken } = credential;
  return { header: basicAuthorization(username, identityToken ?? password), kind: 'basic' };
}

function tokenKey(access: Access, scopes: readonly string[]): string {
  return `${access.registry} ${access.origin} ${scopes.join(' ')}`;
}

function credentialKey(access: Access): string {
  return `${access.registry} ${access.scopes[0]?.repository ?? ''}`;
}
