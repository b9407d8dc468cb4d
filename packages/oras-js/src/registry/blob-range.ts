/**
 * One answer to a request for a part of a blob, cut to exactly that part.
 *
 * A server may give the part, or ignore the wish and give the whole. It is
 * never believed about where its bytes belong: the numbers have to be those
 * that were asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.4
 */
import { ContentError } from '../content/content-error.js';
import type { Descriptor } from '../content/descriptor.js';
import type { MemoryAt } from '../content/target.js';
import { printable } from '../errors/printable.js';
import { drain } from '../http/read-body.js';
import { withoutHeader } from '../http/without-header.js';
import type { HttpRequest, HttpResponse, Send } from '../http/send.js';
import { errorFromResponse } from './error-from-response.js';
import { refuseEncoding } from './byte-refusals.js';
import { contentNotFound } from './not-found.js';
import { notARegistryHint } from './error-hints.js';
import { RegistryError } from './registry-error.js';

const damagedHint =
  'ask whoever runs the registry: its copy is damaged, or something answers in its place';

export interface Part {
  readonly content: Descriptor;
  /** First byte wanted. */
  readonly start: number;
  /** First byte no longer wanted. */
  readonly end: number;
  readonly onlyPart?: boolean | undefined;
  readonly memoryAt?: MemoryAt | undefined;
}

/**
 * Asks, and returns the bytes of the part. Every layer of generators between a socket and its reader
 * is paid for with each chunk, so there is one here and none above that only passes chunks on.
 */
export async function openRange(
  send: Send,
  request: HttpRequest,
  part: Part,
): Promise<AsyncGenerator<Uint8Array, void, undefined>> {
  const response = await openPart(send, request);
  try {
    refuseEncoding(request, response);
    const from = response.status === 206 ? partStart(request, response, part) : 0;
    if (from < part.start && part.onlyPart === true) throw wholeOnly(request, response);
    checkLength(response, part);
    const { memoryAt } = part;
    if (memoryAt !== undefined) response.bringTo((position) => memoryAt(from + position));
    return cut(response, from, part);
  } catch (error) {
    response.cancel();
    throw error;
  }
}

async function openPart(send: Send, request: HttpRequest): Promise<HttpResponse> {
  const response = await send(request);
  if (response.status === 200 || response.status === 206) return response;
  if (response.status === 416 && request.headers?.['Range'] !== undefined) {
    await drain(response);
    return openPart(send, { ...request, headers: withoutHeader(request.headers, 'range') });
  }
  const error = await errorFromResponse(request, response);
  if (error.code === 'REGISTRY_NOT_FOUND') throw contentNotFound(request.operation, error);
  throw isExpired(request, response) ? passing(error) : error;
}

/** The registry sent us to storage with an address that has run out: the next attempt gets a new one. */
function isExpired(request: HttpRequest, response: HttpResponse): boolean {
  return response.url.origin !== request.url.origin && [400, 401, 403].includes(response.status);
}

function passing(error: RegistryError): RegistryError {
  const { host, operation, status, serverCode, serverMessage, hint } = error;
  const details = { host, operation, status, serverCode, serverMessage, hint, mayPass: true };
  return new RegistryError('REGISTRY_UNAVAILABLE', error.message, details);
}

function partStart(request: HttpRequest, response: HttpResponse, part: Part): number {
  const header = response.headers.get('content-range') ?? '';
  const match = /^bytes ([0-9]{1,16})-([0-9]{1,16})\/([0-9]{1,16}|\*)$/.exec(header.trim());
  const [, first, last, total] = match ?? [];
  const isAsked =
    Number(first) === part.start &&
    Number(last) === part.end - 1 &&
    (total === '*' || Number(total) === part.content.size);
  if (isAsked) return part.start;
  const asked = `bytes ${part.start}-${part.end - 1}/${part.content.size}`;
  throw broken(
    request,
    response,
    `"${asked}", found ${printable(JSON.stringify(header.slice(0, 80)))}`,
  );
}

/** Known before the first byte: a wrong length cannot become right. */
function checkLength(response: HttpResponse, { content, start, end }: Part): void {
  const announced = response.headers.get('content-length');
  const expected = response.status === 206 ? end - start : content.size;
  if (announced === null || Number(announced) === expected) return;
  throw new ContentError(
    'CONTENT_SIZE_MISMATCH',
    `expected ${content.digest} (${content.size} bytes): ${response.url.host} announced ${announced.slice(0, 20)} bytes where ${expected} belong`,
    { hint: damagedHint },
  );
}

async function* cut(
  response: HttpResponse,
  from: number,
  { content, start, end }: Part,
): AsyncGenerator<Uint8Array, void, undefined> {
  let offset = from;
  try {
    for await (const chunk of response.body) {
      const first = Math.max(start - offset, 0);
      const last = Math.min(end - offset, chunk.byteLength);
      offset += chunk.byteLength;
      if (last > first)
        yield chunk.byteLength === last - first ? chunk : chunk.subarray(first, last);
      if (offset > content.size) throw moreBytes(response, content);
      // The rest of a blob that was sent whole is not waited for.
      if (offset >= end && end < content.size) return;
    }
  } finally {
    response.cancel();
  }
}

function wholeOnly({ operation }: HttpRequest, response: HttpResponse): RegistryError {
  const { host } = response.url;
  return new RegistryError(
    'REGISTRY_REFUSED',
    `${operation}: expected a part of it from ${host}, found that it gives only the whole`,
    { host, operation, status: response.status, hint: 'read it from its first byte' },
  );
}

function moreBytes(response: HttpResponse, content: Descriptor): ContentError {
  return new ContentError(
    'CONTENT_SIZE_MISMATCH',
    `expected ${content.digest} (${content.size} bytes): more bytes arrived from ${response.url.host}`,
    { hint: damagedHint },
  );
}

function broken(request: HttpRequest, response: HttpResponse, sentence: string): RegistryError {
  const { operation } = request;
  const { host } = response.url;
  return new RegistryError('REGISTRY_PROTOCOL', `${operation}: expected ${sentence} from ${host}`, {
    host,
    operation,
    status: response.status,
    hint: notARegistryHint,
  });
}
