/**
 * Gets an access token from the place that a registry's challenge names.
 *
 * User name and password go there by GET; a refresh token goes by POST, and by
 * GET where POST is not known. That place must be https unless the registry
 * itself is plain http: anything else would show the password to the network.
 *
 * @see https://github.com/distribution/distribution/blob/v2.8.3/docs/spec/auth/token.md
 * @see https://github.com/distribution/distribution/blob/v2.8.3/docs/spec/auth/oauth.md
 */
import { performance } from 'node:perf_hooks';
import { maxTokenBodyBytes } from '../content/limits.js';
import { drain, readBody } from '../http/read-body.js';
import type { HttpRequest, HttpResponse, Send } from '../http/send.js';
import { JsonError } from '../json/json-error.js';
import { objectAt } from '../json/json-fields.js';
import { parseStrictJson } from '../json/strict-json.js';
import { errorFromResponse } from '../registry/error-from-response.js';
import { notARegistryHint } from '../registry/error-hints.js';
import { RegistryError } from '../registry/registry-error.js';
import type { Credential } from './credential.js';
import { loginFacts } from './login-facts.js';
import { checkRealm } from './realm.js';

export interface TokenRequest {
  readonly realm: string;
  readonly service: string | undefined;
  /** In the order of importance. */
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
  /** Where the challenge came from. */
  readonly challenger: URL;
  readonly operation: string;
  readonly signal: AbortSignal | undefined;
}

export interface Token {
  readonly value: string;
  /** On the clock of `performance.now()`, so a wrong system clock does no harm. */
  readonly expiresAtMs: number;
}

const clientId = 'oras-js';
/** What the specification says when nothing is said, and the least that is believed. */
const minLifetimeSeconds = 60;
/** Token servers that know no POST say so in one of these ways. */
const noPost = new Set([400, 401, 404, 405]);

/** @throws RegistryError `REGISTRY_UNAUTHORIZED`, `REGISTRY_DENIED`, `REGISTRY_PROTOCOL`, or as any request. */
export async function requestToken(send: Send, wanted: TokenRequest): Promise<Token> {
  const realm = checkRealm(wanted);
  if (wanted.credential?.identityToken !== undefined) {
    const response = await send(postRequest(realm, wanted, wanted.credential.identityToken));
    if (!noPost.has(response.status)) return readToken(response, wanted, realm);
    await drain(response);
  }
  return readToken(await send(getRequest(realm, wanted)), wanted, realm);
}

function getRequest(realm: URL, wanted: TokenRequest): HttpRequest {
  const { credential, scopes, service } = wanted;
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  url.searchParams.set('client_id', clientId);
  if (credential === undefined) return { ...commonRequest(wanted), method: 'GET', url };
  const { username, password, identityToken } = credential;
  if (username !== '') url.searchParams.set('account', username);
  const authorization = basicAuthorization(username, identityToken ?? password);
  return {
    ...commonRequest(wanted),
    method: 'GET',
    url,
    headers: { Authorization: authorization },
  };
}

function postRequest(realm: URL, wanted: TokenRequest, refreshToken: string): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    ...(wanted.service === undefined ? {} : { service: wanted.service }),
    scope: wanted.scopes.join(' '),
  });
  const bytes = Buffer.from(form.toString());
  return {
    ...commonRequest(wanted),
    method: 'POST',
    url: realm,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: { size: bytes.byteLength, open: () => Promise.resolve(chunksOf(bytes)) },
  };
}

function commonRequest(wanted: TokenRequest) {
  const { operation, signal } = wanted;
  // What is sent here is a secret: it does not follow a redirect to another place.
  return {
    operation: `${operation}: asking for a token`,
    signal,
    redirects: 'same-origin',
  } as const;
}

async function readToken(response: HttpResponse, wanted: TokenRequest, realm: URL): Promise<Token> {
  const request: HttpRequest = { ...commonRequest(wanted), method: 'GET', url: response.url };
  if (response.status !== 200) {
    const credential = wanted.credential === undefined ? 'anonymous' : 'basic';
    const { service, scopes } = wanted;
    const account = wanted.credential?.username;
    const login = loginFacts(realm, { service, scopes, account, isTokenService: true });
    throw await errorFromResponse(request, { ...response, credential, login });
  }
  const bytes = await readBody(response, maxTokenBodyBytes, request.operation);
  return parseToken(bytes, request);
}

function parseToken(bytes: Buffer, request: HttpRequest): Token {
  try {
    const { token, access_token, expires_in } = objectAt(parseStrictJson(bytes), 'the answer');
    const value = [token, access_token].find((text) => typeof text === 'string' && text !== '');
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
      throw new JsonError('expected "token" or "access_token", found neither');
    }
    const seconds = typeof expires_in === 'number' ? expires_in : minLifetimeSeconds;
    const lifetimeMs = Math.max(seconds, minLifetimeSeconds) * 1000;
    return { value, expiresAtMs: performance.now() + lifetimeMs };
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    // The cause is kept out: it may quote a part of a token.
    throw new RegistryError(
      'REGISTRY_PROTOCOL',
      `${request.operation}: expected a token as JSON from ${request.url.host}, found something else`,
      { host: request.url.host, operation: request.operation, hint: notARegistryHint },
    );
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc7617 */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
