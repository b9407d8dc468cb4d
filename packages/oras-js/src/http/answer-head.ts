/**
 * The head of an answer, when it is of the plainest form.
 *
 * Everything else is left to the HTTP library: answers without a length, in
 * chunks, with two lengths, folded lines, interim answers, words of no meaning.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */

export interface AnswerHead {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly contentBytes: number;
  /** Whether the connection may be used again. */
  readonly isKept: boolean;
}

/** What the HTTP library takes. */
export const maxHeadBytes = 16 * 1024;

const statusLine = /^HTTP\/1\.([01]) ([2-5][0-9][0-9])(?: [\t\x20-\x7e]*)?$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;

/** @param text Without the empty line that ends it. @returns Undefined when it is of another form. */
export function parseAnswerHead(text: string): AnswerHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, status] = statusLine.exec(first) ?? [];
  const headers = headersIn(lines);
  if (status === undefined || headers === undefined) return undefined;
  const length = headers.get('content-length');
  const hasBody = status !== '204' && status !== '304';
  const isPlain =
    length !== undefined && /^[0-9]{1,15}$/.test(length) && !headers.has('transfer-encoding');
  const answer = {
    status: Number(status),
    headers: { get: (name: string) => headers.get(name.toLowerCase()) ?? null },
  };
  // Who asks to be left alone is not asked once more for the words of it.
  if (isTrouble(answer.status) && !isPlain) return { ...answer, contentBytes: 0, isKept: false };
  if (!isPlain || !hasBody) return undefined;
  const connection = headers.get('connection') ?? '';
  return {
    ...answer,
    contentBytes: Number(length),
    isKept: minor === '1' && (connection === '' || /^keep-alive$/i.test(connection)),
  };
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
