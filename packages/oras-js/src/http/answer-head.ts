/**
 * The head of an answer, when it is of the plainest form.
 *
 * Everything else is left to the HTTP library: answers without a length, in
 * chunks, with two lengths, folded lines, words of no meaning.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */

import type { Method } from './send.js';

export interface AnswerHead {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** Undefined for a body of another form, which is left unread. */
  readonly contentBytes: number | undefined;
  /** For how long the connection may be used again, in milliseconds; 0 for not at all. */
  readonly keptMs: number;
}

/** What the HTTP library takes. */
export const maxHeadBytes = 16 * 1024;

const statusLine = /^HTTP\/1\.([01]) ([2-5][0-9][0-9])(?: [\t\x20-\x7e]*)?$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;

/** A server may say first that it goes on with the request (100), or what to expect (103): the answer itself follows. */
const interimHead = /^HTTP\/1\.1 1(?!01)[0-9]{2}(?: [\t\x20-\x7e]*)?\r\n(?:[^\r\n]+\r\n)*\r\n/;

/** @returns What comes after such heads. */
export function withoutInterim(text: string): string {
  let rest = text;
  for (let found = interimHead.exec(rest); found !== null; found = interimHead.exec(rest)) {
    rest = rest.slice(found[0].length);
  }
  return rest;
}

/**
 * Whether what was asked was not done and may be asked again at once, whatever else the head is like. A server
 * in trouble may have done it, and nobody who counts wrong passwords or wants to be left alone is asked twice.
 */
export function isRefusal(text: string): boolean {
  return /^HTTP\/1\.[01] (?!401|429)[34][0-9]{2}[ \r]/.test(text);
}

/** Whether a head that has not ended yet may still be one: who speaks another language is not waited for. */
export function mayBecomeHead(text: string): boolean {
  const isHttp = 'HTTP/1.'.startsWith(text.slice(0, 7));
  return isHttp && text.length < maxHeadBytes && !/(?:^|[^\r])\n/.test(text);
}

/**
 * @param text Without the empty line that ends it.
 * @param method Of the request. What was done is told from its head alone: it must not be done again for the body.
 * @returns Undefined when it is of another form.
 */
export function parseAnswerHead(text: string, method: Method): AnswerHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, status] = statusLine.exec(first) ?? [];
  const headers = headersIn(lines);
  if (status === undefined || headers === undefined) return undefined;
  const length = headers.get('content-length');
  const hasBody = method !== 'HEAD' && status !== '204' && status !== '304';
  const isPlain =
    length !== undefined && /^[0-9]{1,15}$/.test(length) && !headers.has('transfer-encoding');
  const answer = {
    status: Number(status),
    headers: { get: (name: string) => headers.get(name.toLowerCase()) ?? null },
  };
  const isKept = minor === '1' && /^(?:keep-alive)?$/i.test(headers.get('connection') ?? '');
  const keptMs = isKept ? toldMs(headers.get('keep-alive')) : 0;
  if (!hasBody) return { ...answer, contentBytes: 0, keptMs };
  if (isPlain) return { ...answer, contentBytes: Number(length), keptMs };
  // Who asks to be left alone, or for another login, is not asked once more for the words of it.
  const isTold =
    isTrouble(answer.status) ||
    answer.status === 401 ||
    (method !== 'GET' && isDone(answer.status));
  return isTold ? { ...answer, contentBytes: undefined, keptMs: 0 } : undefined;
}

/** A second less than the server says, who may close it while a question is on its way. */
function toldMs(keepAlive = ''): number {
  const [, seconds] = /^(?:.*[,\s])?timeout=([0-9]{1,9})\b/i.exec(keepAlive) ?? [];
  return seconds === undefined ? Infinity : Math.max(0, Number(seconds) - 1) * 1000;
}

function isDone(status: number): boolean {
  return status < 300;
}

function isTrouble(status: number): boolean {
  return status === 429 || status >= 500;
}

/** One that stands there twice has both values in one; a length has then no form that is known. */
function headersIn(lines: readonly string[]): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value.trim() : `${before}, ${value.trim()}`);
  }
  return headers;
}
