/**
 * Authorizes requests and answers challenges, each once.
 *
 * Only requests to the registry's own scheme, host and port are authorized. A
 * second refusal after a fresh token is final: asking on would lock accounts.
 * A refusal that was lost with the connection is asked for at the front door.
 */
import type { Authorization, Authorizer } from '../auth/authorizer.js';
import { chooseChallenge, parseChallenges, type Challenge } from '../auth/challenge.js';
import { RegistryError } from '../registry/registry-error.js';
import { detached, drain } from './read-body.js';
import type { Access, HttpRequest, HttpResponse, Send } from './send.js';

export function withAuth(send: Send, authorizer: Authorizer): Send {
  return async (request) => {
    const { access } = request;
    if (access === undefined || request.url.origin !== access.origin) return send(request);
    const first = await authorizer.authorize(request, access);
    let response: HttpResponse;
    try {
      response = await sendAs(send, request, first);
    } catch (error) {
      if (mayBeRefusal(request, first, error)) await renew(send, authorizer, request, first);
      // Whoever repeats things knows what has arrived; here nobody does.
      throw error;
    }
    if (!isChallenge(response, access)) return response;
    // Asking for a token needs a connection, too: this one must not be held meanwhile.
    const refusal = await detached(response);
    const challenge = await challengeOf(send, request, refusal);
    if (challenge === undefined) return refusal;
    const { scope = '', error } = challenge.parameters;
    const isTooSmall = error === 'insufficient_scope';
    if (refusal.status === 403 && !isTooSmall) return refusal;
    // The scope of a challenge is believed only where it says that ours was too small: some registries fill in an example.
    const extraScopes = isTooSmall ? scope.split(' ').filter((text) => text !== '') : [];
    const learned = { challenge, challenger: refusal.url };
    const second = await authorizer.answerChallenge(request, {
      access,
      learned,
      rejected: first,
      extraScopes,
    });
    if (second.header === first?.header) return refusal;
    return sendAs(send, request, second);
  };
}

async function sendAs(
  send: Send,
  request: HttpRequest,
  authorization: Authorization | undefined,
): Promise<HttpResponse> {
  const { header, kind } = authorization ?? { header: undefined, kind: 'none' };
  const headers = header === undefined ? {} : { Authorization: header };
  const response = await send({ ...request, headers: { ...request.headers, ...headers } });
  return { ...response, credential: kind };
}

/** A 401 of the place that a redirect led to is not the registry's. */
function isChallenge(response: HttpResponse, access: Access): boolean {
  if (response.url.origin !== access.origin) return false;
  return response.status === 401 || (response.status === 403 && hasChallenge(response));
}

function hasChallenge(response: HttpResponse): boolean {
  return response.headers.get('www-authenticate') !== null;
}

async function challengeOf(
  send: Send,
  request: HttpRequest,
  response: HttpResponse,
): Promise<Challenge | undefined> {
  if (hasChallenge(response)) return challengeIn(response);
  // Some registries challenge only at their front door.
  return askFrontDoor(send, request, undefined);
}

/** Some registries refuse a body before it is there and hang up: all that arrives here is a broken connection. */
function mayBeRefusal(
  request: HttpRequest,
  sentAs: Authorization | undefined,
  error: unknown,
): sentAs is Authorization {
  const mayEnd = sentAs?.kind === 'token' || sentAs?.kind === 'anonymous';
  const isBroken = error instanceof RegistryError && error.code === 'REGISTRY_UNREACHABLE';
  return request.body !== undefined && mayEnd && isBroken;
}

/** Gets another token if the one that was shown is no longer taken. */
async function renew(
  send: Send,
  authorizer: Authorizer,
  request: HttpRequest,
  rejected: Authorization,
): Promise<void> {
  const { access } = request;
  if (access === undefined) return;
  const challenge = await askFrontDoor(send, request, rejected).catch(() => undefined);
  if (challenge === undefined) return;
  const learned = { challenge, challenger: new URL(access.origin) };
  await authorizer.answerChallenge(request, { access, learned, rejected, extraScopes: [] });
}

/** What the registry asks for, or undefined when it lets us in. */
async function askFrontDoor(
  send: Send,
  { access, operation, signal }: HttpRequest,
  as: Authorization | undefined,
): Promise<Challenge | undefined> {
  const url = new URL('/v2/', access?.origin);
  const door = await sendAs(send, { method: 'GET', url, operation, signal }, as);
  await drain(door);
  return door.status === 401 && door.url.origin === access?.origin ? challengeIn(door) : undefined;
}

function challengeIn(response: HttpResponse): Challenge | undefined {
  return chooseChallenge(parseChallenges(response.headers.get('www-authenticate') ?? ''));
}
