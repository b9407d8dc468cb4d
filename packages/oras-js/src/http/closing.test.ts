/** A client that is closed holds no connection, whichever way it asked. */
import { describe, expect, it } from '@jest/globals';
import { startLoopbackServer, type Answering } from '@sallyport/testing';
import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { Agents } from './agents.js';

/** Takes requests, and never answers; `asked` and `gone` are of the first. */
function silent() {
  const requests = new EventEmitter();
  const answer: Answering = (request) => {
    request.resume().once('close', () => requests.emit('gone'));
    requests.emit('asked');
    return new Promise(() => undefined);
  };
  return { answer, asked: once(requests, 'asked'), gone: once(requests, 'gone') };
}

function put(url: string) {
  const body = Readable.from([Buffer.alloc(100_000)]);
  const headers = { 'Content-Length': '200000' };
  const { signal } = new AbortController();
  return { method: 'PUT', url: new URL(url), headers, body, signal } as const;
}

describe('closing the way to a host', () => {
  it('ends what the HTTP library has under way', async () => {
    const { answer, asked, gone } = silent();
    await using server = await startLoopbackServer(answer);
    const agents = new Agents({ connectMs: 1000 });
    const asking = Promise.allSettled([agents.askLibrary(put(server.url))]);
    await asked;

    await agents.close();

    await gone;
    expect(await asking).toMatchObject([{ status: 'rejected' }]);
  });

  it('ends what is asked while the library is loaded', async () => {
    const { answer } = silent();
    await using server = await startLoopbackServer(answer);
    const agents = new Agents({ connectMs: 1000 });
    const asking = Promise.allSettled([agents.askLibrary(put(server.url))]);

    await agents.close();

    expect(await asking).toMatchObject([{ status: 'rejected' }]);
  });
});
