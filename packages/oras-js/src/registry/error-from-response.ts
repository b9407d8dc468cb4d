/**
 * Reads what a registry says when it declines, and tells the kinds of trouble apart.
 *
 * Any text can come back: JSON in the registry's form or another, HTML of a
 * proxy, nothing. Only the status and the registry's own codes decide; the
 * words are kept for people, printable and cut.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
 */
import { parseChallenges } from '../auth/challenge.js';
import { withComplaint, type LoginFacts } from '../auth/login-facts.js';
import { maxErrorBodyBytes } from '../content/limits.js';
import { printable } from '../errors/printable.js';
import { readBody } from '../http/read-body.js';
import { retryAfterMs } from '../http/retry-after.js';
import type { HttpRequest, HttpResponse } from '../http/send.js';
import { parseStrictJson, type JsonObject, type JsonValue } from '../json/strict-json.js';
import { hintFor } from './error-hints.js';
import { RegistryError, type RegistryErrorCode } from './registry-error.js';

interface ServerWords {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly isHtml: boolean;
}

/** Reads the body to its end, or gives it up. */
export async function errorFromResponse(
  request: HttpRequest,
  response: HttpResponse,
): Promise<RegistryError> {
  request.signal?.throwIfAborted();
  const words = await readWords(request, response);
  const code = codeFor(request, response, words);
  const { status, url, proxy } = response;
  const way = proxy === undefined ? '' : ` through the proxy ${proxy}`;
  const said = [words.code, words.message].filter((part) => part !== undefined).join(': ');
  return new RegistryError(
    code,
    `${request.operation}: ${url.host} answered ${status}${way}${said === '' ? '' : ` (${said})`}`,
    {
      host: url.host,
      operation: request.operation,
      status,
      serverCode: words.code,
      serverMessage: words.message,
      mayPass: isPassing(status, words.code),
      retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
      hint: hintFor(code, { request, response, ...words }),
      login: loginOf(response),
      serverTimeMs: serverTimeMs(response),
    },
  );
}

function loginOf({ headers, login }: HttpResponse): LoginFacts | undefined {
  if (login === undefined) return undefined;
  return withComplaint(login, parseChallenges(headers.get('www-authenticate') ?? ''));
}

function serverTimeMs({ headers }: HttpResponse): number | undefined {
  const time = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function isPassing(status: number, code: string | undefined): boolean {
  return code === 'TOOMANYREQUESTS' || status === 429 || isInTrouble(status);
}

/** For a while: 501 and 505 say what a server cannot do at all. */
function isInTrouble(status: number): boolean {
  if (status === 501 || status === 505) return false;
  return status === 408 || status === 425 || status >= 500;
}

function codeFor(
  request: HttpRequest,
  response: HttpResponse,
  words: ServerWords,
): RegistryErrorCode {
  const { status, credential } = response;
  if (words.code === 'TOOMANYREQUESTS' || status === 429) return 'REGISTRY_RATE_LIMITED';
  // A token was given for good credentials: what is missing is a right.
  if (status === 401) return credential === 'token' ? 'REGISTRY_DENIED' : 'REGISTRY_UNAUTHORIZED';
  if (status === 403) return 'REGISTRY_DENIED';
  if (status === 407) return 'REGISTRY_UNREACHABLE';
  if (isInTrouble(status)) return 'REGISTRY_UNAVAILABLE';
  if (status === 413) return 'REGISTRY_TOO_LARGE';
  if (status < 400) return words.isHtml ? 'REGISTRY_NOT_A_REGISTRY' : 'REGISTRY_PROTOCOL';
  // Refused as a whole because of what is missing below it; the same codes on a GET mean the thing itself.
  if (request.method === 'PUT' && isMissingPart(words.code)) return 'REGISTRY_BLOB_UNKNOWN';
  if (status === 404) return 'REGISTRY_NOT_FOUND';
  return 'REGISTRY_REFUSED';
}

function isMissingPart(code: string | undefined): boolean {
  return code === 'MANIFEST_BLOB_UNKNOWN' || code === 'BLOB_UNKNOWN';
}

async function readWords(request: HttpRequest, response: HttpResponse): Promise<ServerWords> {
  const isHtml = /^\s*text\/html/i.test(response.headers.get('content-type') ?? '');
  try {
    const bytes = await readBody(response, maxErrorBodyBytes, request.operation);
    return { ...wordsOf(bytes), isHtml };
  } catch {
    // The status is known and says enough; a broken body must not hide it.
    request.signal?.throwIfAborted();
    return { code: undefined, message: undefined, isHtml };
  }
}

function wordsOf(bytes: Buffer): Omit<ServerWords, 'isHtml'> {
  let value: JsonValue;
  try {
    value = parseStrictJson(bytes);
  } catch {
    // HTML and plain text: the first words are what a person can search for.
    const text = bytes
      .toString('utf8')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    return { code: undefined, message: text === '' ? undefined : printable(text, 200) };
  }
  const { errors } = asObject(value);
  const first: JsonValue | undefined = Array.isArray(errors) ? (errors as JsonValue[])[0] : value;
  const { code, message, details } = asObject(first);
  return { code: textOf(code, 60), message: textOf(message, 300) ?? textOf(details, 300) };
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}

function textOf(value: JsonValue | undefined, maxLength: number): string | undefined {
  return typeof value === 'string' && value !== '' ? printable(value, maxLength) : undefined;
}
