/**
 * Authorizes requests and answers challenges, each once.
 *
 * Only requests to the registry's own scheme, host and port are authorized. A
 * second refusal after a fresh token is final, unless it is the first to name
 * the rights that are wanted: asking on would lock accounts.
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
    const response = await sendOrRenew(send, authorizer, request, first);
    if (!isChallenge(response, access)) return response;
    const { refusal, answer } = await answerTo(send, authorizer, request, {
      response,
      sentAs: first,
    });
    if (answer === undefined || answer.header === first?.header) return refusal;
    const second = await sendAs(send, request, answer);
    // The rights that are wanted are said by some only to those who show a token; once is enough.
    if (answer.hasNamedScopes || !isChallenge(second, access)) return second;
    if (namedScopes(challengeIn(second)).length === 0) return second;
    const larger = await answerTo(send, authorizer, request, { response: second, sentAs: answer });
    return larger.answer === undefined ? larger.refusal : sendAs(send, request, larger.answer);
  };
}

interface Refused {
  readonly response: HttpResponse;
  readonly sentAs: Authorization | undefined;
}

interface Answer {
  /** The same refusal, with its connection free. */
  readonly refusal: HttpResponse;
  /** Undefined when nothing can be answered. */
  readonly answer: (Authorization & { readonly hasNamedScopes: boolean }) | undefined;
}

async function answerTo(
  send: Send,
  authorizer: Authorizer,
  request: HttpRequest,
  { response, sentAs }: Refused,
): Promise<Answer> {
  // Asking for a token needs a connection, too: this one must not be held meanwhile.
  const refusal = await detached(response);
  const challenge = await challengeOf(send, request, refusal);
  const extraScopes = namedScopes(challenge);
  const isFinal = refusal.status === 403 && challenge?.parameters['error'] !== tooSmall;
  if (challenge === undefined || isFinal || request.access === undefined) {
    return { refusal, answer: undefined };
  }
  const authorization = await authorizer.answerChallenge(request, {
    access: request.access,
    learned: { challenge, challenger: refusal.url },
    rejected: sentAs,
    extraScopes,
  });
  return { refusal, answer: { ...authorization, hasNamedScopes: extraScopes.length > 0 } };
}

/** How a refusal says that it knows the token, and that its rights are not enough. */
const tooSmall = 'insufficient_scope';

/** The scope of a challenge is believed only where it says that ours was too small: some registries fill in an example. */
function namedScopes(challenge: Challenge | undefined): readonly string[] {
  const { scope = '', error } = challenge?.parameters ?? {};
  return error === tooSmall ? scope.split(' ').filter((text) => text !== '') : [];
}

async function sendOrRenew(
  send: Send,
  authorizer: Authorizer,
  request: HttpRequest,
  sentAs: Authorization | undefined,
): Promise<HttpResponse> {
  try {
    return await sendAs(send, request, sentAs);
  } catch (error) {
    if (mayBeRefusal(request, sentAs, error)) await renew(send, authorizer, request, sentAs);
    // Whoever repeats things knows what has arrived; here nobody does.
    throw error;
  }
}

async function sendAs(
  send: Send,
  request: HttpRequest,
  authorization: Authorization | undefined,
): Promise<HttpResponse> {
  const { header, kind, login } = authorization ?? none;
  const headers = header === undefined ? {} : { Authorization: header };
  const response = await send({ ...request, headers: { ...request.headers, ...headers } });
  return { ...response, credential: kind, login };
}

const none: Authorization = { header: undefined, kind: 'none' };

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
