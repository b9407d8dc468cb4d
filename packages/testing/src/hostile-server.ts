/** Answers that no honest server gives, for tests of what a client makes of them. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { noise } from './tiny-layer.js';
import { reply, type Answering } from './loopback-server.js';

const piece64k = noise('endless', 65_536);

/** Sends as long as somebody reads. */
export async function sendEndlessly(
  response: ServerResponse,
  piece: string | Uint8Array = piece64k,
): Promise<void> {
  // An answer to HEAD swallows all of it, and the next one on this connection would wait for its end.
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const forEver = Readable.from(repeated(piece), { objectMode: false });
  // Whoever hangs up ends it; that is what it is for.
  await pipeline(forEver, response).catch(() => undefined);
}

async function* repeated(piece: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  for (;;) {
    yield piece;
    // The client may live in this very process.
    await setImmediate();
  }
}

/** Writes an answer that need not be HTTP onto the connection, and ends it. */
export function answerRaw(response: ServerResponse, bytes: string | Uint8Array): void {
  const { socket } = response;
  if (socket === null) return;
  response.detachSocket(socket);
  socket.end(bytes);
}

/** By what they do. Each answers every request so. */
export const hostileAnswers: Readonly<Record<string, Answering>> = {
  'a web page for everything': (_, response) => {
    reply(response, 200, { 'Content-Type': 'text/html' }, '<html>Welcome</html>');
  },
  'JSON of something else': (_, response) => {
    reply(response, 200, { 'Content-Type': 'application/json' }, '{"hello":"world"}');
  },
  'bytes that are not UTF-8': (_, response) => {
    reply(response, 200, { 'Content-Type': 'application/json' }, Buffer.from([0x7b, 0xff, 0xfe]));
  },
  'an endless body': async (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    await sendEndlessly(response);
  },
  'an endless refusal': async (_, response) => {
    response.writeHead(418, { 'Content-Type': 'application/json' });
    await sendEndlessly(response);
  },
  'a refusal that colours and moves the cursor': (_, response) => {
    const message = '\u001b[31mred\u001b]0;title\u0007\u009b2J\u202eright to left\r\nerror: fake';
    const body = JSON.stringify({ errors: [{ code: 'DENIED\u001b[2J', message }] });
    reply(response, 418, { 'Content-Type': 'application/json' }, body);
  },
  'a header of 10 MB': (_, response) => {
    answerRaw(response, `HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(10_000_000)}\r\n\r\n`);
  },
  'ten thousand headers': (_, response) => {
    const lines = Array.from({ length: 10_000 }, (__, at) => `X-${at}: y\r\n`).join('');
    answerRaw(response, `HTTP/1.1 200 OK\r\n${lines}\r\n`);
  },
  'two lengths': (_, response) => {
    answerRaw(response, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}}');
  },
  'a length and chunks': (_, response) => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n';
    answerRaw(response, `${head}5\r\n{}  \n\r\n0\r\n\r\n`);
  },
  'more bytes than announced': (_, response) => {
    answerRaw(response, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"tags":["a"]}');
  },
  'fewer bytes than announced': (_, response) => {
    answerRaw(response, 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"tags":["a"]}');
  },
  'a page that leads to itself': ({ url = '' }, response) => {
    const headers = { 'Content-Type': 'application/json', Link: `<${url}>; rel="next"` };
    reply(response, 200, headers, '{"name":"app","tags":[]}');
  },
  'a body that says it is compressed': (_, response) => {
    reply(response, 200, { 'Content-Encoding': 'gzip' }, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]));
  },
  'a redirect to a file': (_, response) => {
    reply(response, 307, { Location: 'file:///etc/passwd' });
  },
  'a redirect with a user name': ({ headers }, response) => {
    reply(response, 307, { Location: `http://user:pass@${headers.host ?? ''}/x` });
  },
  'a redirect to itself': ({ url = '' }, response) => {
    reply(response, 307, { Location: url });
  },
  'a redirect without an address': (_, response) => {
    reply(response, 307);
  },
  'a challenge for ever': ({ headers }, response) => {
    const realm = `http://${headers.host ?? ''}/token`;
    reply(response, 401, { 'WWW-Authenticate': `Bearer realm="${realm}",service="x"` });
  },
  'a challenge that leads to a file': (_, response) => {
    reply(response, 401, { 'WWW-Authenticate': 'Bearer realm="file:///etc/passwd"' });
  },
  'a challenge of 10 kB': (_, response) => {
    const realm = `https://${'x'.repeat(10_000)}/`;
    reply(response, 401, { 'WWW-Authenticate': `Bearer realm="${realm}",service="x"` });
  },
  'no HTTP at all': (_, response) => {
    answerRaw(response, 'SSH-2.0-OpenSSH_9.2\r\n');
  },
  'nothing, and hangs up': (_, response) => {
    response.destroy();
  },
  'the status 999': (_, response) => {
    answerRaw(response, 'HTTP/1.1 999 What\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  },
  'the status 206 to what asked for no part': (_, response) => {
    reply(response, 206, { 'Content-Range': 'bytes 5-6/7\u009b2J' }, 'xx');
  },
  'the status 204 for everything': (_, response) => {
    reply(response, 204);
  },
};
