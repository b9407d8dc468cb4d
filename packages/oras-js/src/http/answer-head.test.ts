/** Which heads are read here, and which are left to the HTTP library. */
import { describe, expect, it } from '@jest/globals';
import { parseAnswerHead } from './answer-head.js';

const lines = (...all: string[]): string => all.join('\r\n');

describe('reading the head of an answer', () => {
  it('takes the plainest form', () => {
    const head = parseAnswerHead(
      lines('HTTP/1.1 206 Partial Content', 'Content-Length: 12', 'content-range:bytes 0-11/40 \t'),
      'GET',
    );
    expect(head).toMatchObject({ status: 206, contentBytes: 12, keptMs: Infinity });
    expect(head?.headers.get('Content-Range')).toBe('bytes 0-11/40');
    expect(head?.headers.get('location')).toBeNull();
  });

  it('joins the values of a header that stands there twice', () => {
    const challenges = ['WWW-Authenticate: Basic realm="a"', 'www-authenticate: Bearer realm="b"'];
    const head = parseAnswerHead(
      lines('HTTP/1.1 401 No', 'Content-Length: 0', ...challenges),
      'GET',
    );
    expect(head?.headers.get('www-authenticate')).toBe('Basic realm="a", Bearer realm="b"');
  });

  it.each([
    ['HTTP/1.0 200 OK', 'Content-Length: 1'],
    ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Connection: close'],
    ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Connection: Upgrade, keep-alive'],
  ])('does not keep the connection after %s %s %s', (...head) => {
    expect(parseAnswerHead(lines(...head), 'GET')).toMatchObject({ keptMs: 0 });
  });

  it.each(['503 Busy', '429 Too Many', '401 Unauthorized'])(
    'takes %s without reading its words',
    (status) => {
      const chunked = lines(`HTTP/1.1 ${status}`, 'Retry-After: 7', 'Transfer-Encoding: chunked');
      const head = parseAnswerHead(chunked, 'GET');
      expect(head).toMatchObject({ contentBytes: undefined, keptMs: 0 });
      expect(head?.headers.get('retry-after')).toBe('7');
    },
  );

  it.each([
    ['timeout=5', 4000],
    ['max=100, timeout=60', 59_000],
    ['timeout=1', 0],
    ['max=100', Infinity],
  ])('keeps the connection no longer than Keep-Alive: %s says', (told, keptMs) => {
    const head = ['HTTP/1.1 200 OK', 'Content-Length: 1', `Keep-Alive: ${told}`];
    expect(parseAnswerHead(lines(...head), 'GET')).toMatchObject({ keptMs });
  });

  it.each([
    ['a length', 'Content-Length: 4000'],
    ['no length', 'Content-Type: text/plain'],
    ['chunks', 'Transfer-Encoding: chunked'],
  ])('expects no body after HEAD, whatever %s it tells of', (_what, header) => {
    const head = parseAnswerHead(lines('HTTP/1.1 404 Not Found', header), 'HEAD');
    expect(head).toMatchObject({ status: 404, contentBytes: 0, keptMs: Infinity });
  });

  it.each(['GET', 'DELETE'] as const)('expects no body after %s where there is none', (method) => {
    const head = parseAnswerHead(lines('HTTP/1.1 204 No Content', 'Content-Length: 1'), method);
    expect(head).toMatchObject({ status: 204, contentBytes: 0, keptMs: Infinity });
  });

  it('takes what was done without reading its words, and has no refusal without them', () => {
    const chunked = 'Transfer-Encoding: chunked';
    expect(parseAnswerHead(lines('HTTP/1.1 202 Accepted', chunked), 'POST')).toMatchObject({
      status: 202,
      contentBytes: undefined,
      keptMs: 0,
    });
    expect(parseAnswerHead(lines('HTTP/1.1 400 Bad Request', chunked), 'POST')).toBeUndefined();
  });

  it.each([
    ['no length', 'HTTP/1.1 200 OK', 'Content-Type: text/plain'],
    ['chunks', 'HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'],
    ['chunks and a length', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked'],
    ['two lengths', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2'],
    ['one length twice', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'content-length: 1'],
    ['a signed length', 'HTTP/1.1 200 OK', 'Content-Length: +1'],
    ['a negative length', 'HTTP/1.1 200 OK', 'Content-Length: -1'],
    ['a length in words', 'HTTP/1.1 200 OK', 'Content-Length: 0x10'],
    ['a length beyond counting', 'HTTP/1.1 200 OK', `Content-Length: 1${'0'.repeat(15)}`],
    ['an interim answer', 'HTTP/1.1 100 Continue', 'Content-Length: 1'],
    ['another version', 'HTTP/2 200 OK', 'Content-Length: 1'],
    ['no number', 'HTTP/1.1 OK', 'Content-Length: 1'],
    ['a status of four digits', 'HTTP/1.1 2000 OK', 'Content-Length: 1'],
    ['a folded line', 'HTTP/1.1 200 OK', 'Content-Length: 1', ' folded: yes'],
    ['a space before the colon', 'HTTP/1.1 200 OK', 'Content-Length : 1'],
    ['a bare line feed', 'HTTP/1.1 200 OK', 'Content-Length: 1\nX: 2'],
    ['a zero byte', 'HTTP/1.1 200 OK', 'Content-Length: 1', 'X: \0'],
    ['an empty line', 'HTTP/1.1 200 OK', '', 'Content-Length: 1'],
  ])('leaves %s to the HTTP library', (_what, ...head) => {
    expect(parseAnswerHead(lines(...head), 'GET')).toBeUndefined();
  });
});
