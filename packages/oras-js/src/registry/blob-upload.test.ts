/** Sending blobs to registries that refuse methods, lose sessions and answers, or lie. */
import { describe, expect, it } from '@jest/globals';
import { bodyOf, noise, reply, startLoopbackServer } from '@sallyport/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { digestOf } from '../content/digest.js';
import type { Descriptor } from '../content/descriptor.js';
import type { OpenContent } from '../content/target.js';
import type { PushBlobOptions } from './blob-upload.js';
import { RegistryClient } from './registry-client.js';

const bytes = noise('upload', 7_000_000);
const blob = describeBytes(bytes);

function describeBytes(content: Uint8Array): Descriptor {
  return { mediaType: 'application/x-layer', digest: digestOf(content), size: content.length };
}

function opening(content: Uint8Array): OpenContent {
  return async () =>
    (async function* () {
      for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
    })();
}

type Step = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Keeps one blob. `instead` may answer a request in its place; false leaves it to the registry. */
class Shelf {
  stored: Buffer | undefined;
  received: Buffer = Buffer.alloc(0);
  chunkSizes: number[] = [];
  /** How many closing requests arrived whole. */
  commits = 0;
  instead: (request: IncomingMessage, response: ServerResponse) => Promise<boolean> = () =>
    Promise.resolve(false);

  readonly answer: Step = async (request, response) => {
    if (await this.instead(request, response)) return;
    const { method = '', url = '' } = request;
    if (method === 'HEAD') reply(response, this.stored === undefined ? 404 : 200);
    else if (method === 'POST') this.open(response);
    else if (method === 'PATCH') await this.patch(request, response);
    else if (method === 'GET') this.status(response);
    else if (method === 'PUT') await this.commit(request, response, url);
    else reply(response, 204);
  };

  open(response: ServerResponse): void {
    this.received = Buffer.alloc(0);
    reply(response, 202, { Location: '/v2/app/blobs/uploads/1?state=a%2Bb' });
  }

  async patch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    this.chunkSizes.push(body.length);
    this.received = Buffer.concat([this.received, body]);
    reply(response, 202, { Location: `/v2/app/blobs/uploads/1?state=${this.received.length}` });
  }

  status(response: ServerResponse): void {
    reply(response, 204, { Range: `0-${Math.max(0, this.received.length - 1)}` });
  }

  async commit(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const all = Buffer.concat([this.received, await bodyOf(request)]);
    this.commits += 1;
    const digest = new URL(url, 'http://x').searchParams.getAll('digest');
    const isRight = digest.length === 1 && digest[0] === digestOf(all);
    if (isRight) this.stored = all;
    reply(response, isRight ? 201 : 400, {}, isRight ? '' : error('DIGEST_INVALID'));
  }
}

function error(code: string): string {
  return JSON.stringify({ errors: [{ code, message: 'no' }] });
}

async function pushing(
  shelf: Shelf,
  more: {
    content?: Descriptor;
    open?: OpenContent;
    options?: PushBlobOptions;
    times?: number;
  } = {},
) {
  await using server = await startLoopbackServer(shelf.answer);
  await using client = new RegistryClient({ plainHttp: [server.host], retry: { firstWaitMs: 1 } });
  const { content = blob, open = opening(bytes), options = {}, times = 1 } = more;
  let result: PromiseSettledResult<void> | undefined;
  for (let round = 0; round < times; round += 1) {
    const push = client.repository(server.host, 'app').push(content, open, options);
    [result] = await Promise.allSettled([push]);
  }
  const methods = server.seen.map((line) => line.split(' ')[0] ?? '');
  return { result, seen: server.seen, methods, headers: server.headers };
}

describe('sending a blob', () => {
  it('looks first, sends one body with its length, and closes with the digest', async () => {
    const shelf = new Shelf();
    const { methods, headers, seen } = await pushing(shelf);
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
    expect(headers[2]).toMatchObject({ 'content-length': '7000000' });
    expect(headers[2]).not.toHaveProperty('content-range');
    expect(seen[2]).toContain('state=a%2Bb');
    expect(seen[3]).toContain(`state=7000000&digest=${encodeURIComponent(blob.digest)}`);
    expect(shelf.stored?.equals(bytes)).toBe(true);
  });

  it('sends nothing when it is there', async () => {
    const shelf = new Shelf();
    shelf.stored = bytes;
    expect((await pushing(shelf)).methods).toEqual(['HEAD']);
  });

  it('sends it all the same when told so', async () => {
    const shelf = new Shelf();
    shelf.stored = bytes;
    const { methods } = await pushing(shelf, { options: { force: true } });
    expect(methods).toEqual(['POST', 'PATCH', 'PUT']);
  });

  it('stores a blob without bytes', async () => {
    const shelf = new Shelf();
    const nothing = Buffer.alloc(0);
    const { result } = await pushing(shelf, {
      content: describeBytes(nothing),
      open: opening(nothing),
    });
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(shelf.stored).toEqual(nothing);
  });
});

describe('sending what is not the content', () => {
  const last = Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]);
  for (const [what, wrong, code] of [
    ['other bytes', last, 'CONTENT_DIGEST_MISMATCH'],
    ['too few bytes', bytes.subarray(1), 'CONTENT_SIZE_MISMATCH'],
    ['too many bytes', Buffer.concat([bytes, bytes]), 'CONTENT_SIZE_MISMATCH'],
  ] as const) {
    it(`never closes the upload of ${what}, and cancels it`, async () => {
      const shelf = new Shelf();
      const { result, methods } = await pushing(shelf, { open: opening(wrong) });
      expect(result).toMatchObject({ reason: { code } });
      expect(methods).not.toContain('PUT');
      expect(methods.at(-1)).toBe('DELETE');
    });

    it(`never completes a single body of ${what}`, async () => {
      const shelf = new Shelf();
      shelf.instead = async (request, response) => {
        if (request.method !== 'PATCH') return false;
        await bodyOf(request);
        reply(response, 405);
        return true;
      };
      // Once right, so that the single body is what this registry is known to take.
      await using server = await startLoopbackServer(shelf.answer);
      await using client = new RegistryClient({ plainHttp: [server.host] });
      const repository = client.repository(server.host, 'app');
      await repository.push(blob, opening(bytes));
      shelf.stored = undefined;
      shelf.commits = 0;
      await expect(repository.push(blob, opening(wrong))).rejects.toMatchObject({ code });
      expect(shelf.commits).toBe(0);
    });
  }

  it('holds the last bytes of a single body back until all of them are known to be right', async () => {
    const shelf = new Shelf();
    shelf.instead = async (request, response) => {
      if (request.method !== 'PATCH') return false;
      await bodyOf(request);
      reply(response, 405);
      return true;
    };
    const slowlyWrong: OpenContent = async () =>
      (async function* () {
        yield Buffer.from('wro');
        yield Buffer.from('ng');
        // Time enough for both to arrive, if both were sent.
        for (let turn = 0; turn < 50; turn += 1) await setImmediate();
      })();
    const content = describeBytes(Buffer.from('right'));
    await using server = await startLoopbackServer(shelf.answer);
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const repository = client.repository(server.host, 'app');
    await repository.push(content, opening(Buffer.from('right')));
    Object.assign(shelf, { stored: undefined, commits: 0 });
    const push = repository.push(content, slowlyWrong);
    await expect(push).rejects.toMatchObject({ code: 'CONTENT_DIGEST_MISMATCH' });
    expect(shelf.commits).toBe(0);
  });

  it('hands on what the source throws, and does not try again', async () => {
    const broken = new Error('the stick was pulled out');
    const { result, methods } = await pushing(new Shelf(), { open: () => Promise.reject(broken) });
    expect(result).toEqual({ status: 'rejected', reason: broken });
    expect(methods.filter((method) => method === 'POST')).toHaveLength(1);
  });
});

describe('sending a blob to a registry with its own mind', () => {
  function refuse(method: string, status: number, body = ''): Shelf {
    const shelf = new Shelf();
    shelf.instead = async (request, response) => {
      if (request.method !== method) return false;
      await bodyOf(request);
      reply(response, status, {}, body);
      return true;
    };
    return shelf;
  }

  for (const status of [400, 404, 405, 411, 415]) {
    it(`sends one PUT where PATCH is answered with ${status}`, async () => {
      const shelf = refuse('PATCH', status);
      await pushing(shelf);
      expect(shelf.stored?.equals(bytes)).toBe(true);
    });
  }

  it('remembers what worked', async () => {
    const shelf = refuse('PATCH', 405);
    const { methods } = await pushing(shelf, { options: { force: true }, times: 2 });
    expect(methods.filter((method) => method === 'PATCH')).toHaveLength(1);
  });

  it('sends small parts where a large body is too large', async () => {
    const shelf = new Shelf();
    shelf.instead = async (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= 4 * 1024 * 1024) return false;
      await bodyOf(request);
      reply(response, 413, { 'Content-Type': 'text/html' }, '<html>too large</html>');
      return true;
    };
    const { headers } = await pushing(shelf);
    expect(shelf.stored?.equals(bytes)).toBe(true);
    const ranges = headers.map((header) => header['content-range']).filter(Boolean);
    expect(ranges).toEqual(['0-3145727', '3145728-6291455', '6291456-6999999']);
  });

  it('makes its parts as large as the registry wants them', async () => {
    const shelf = new Shelf();
    shelf.open = (response) => {
      shelf.received = Buffer.alloc(0);
      const headers = { Location: '/v2/app/blobs/uploads/1', 'OCI-Chunk-Min-Length': '6500000' };
      reply(response, 202, headers);
    };
    let refused = false;
    shelf.instead = async (request, response) => {
      if (refused || request.method !== 'PATCH') return false;
      refused = true;
      await bodyOf(request);
      reply(response, 413);
      return true;
    };
    await pushing(shelf);
    expect(shelf.chunkSizes).toEqual([6_500_000, 500_000]);
    expect(shelf.stored?.equals(bytes)).toBe(true);
  });

  it('does not look for another method when the name or the right is wrong', async () => {
    for (const [status, code, expected] of [
      [404, 'NAME_UNKNOWN', 'REGISTRY_NOT_FOUND'],
      [403, 'DENIED', 'REGISTRY_DENIED'],
    ] as const) {
      const { result, methods } = await pushing(refuse('POST', status, error(code)));
      expect(result).toMatchObject({ reason: { code: expected, serverCode: code } });
      expect(methods).toEqual(['HEAD', 'POST']);
    }
  });

  it('refuses an upload that has no address', async () => {
    const shelf = new Shelf();
    shelf.open = (response) => {
      reply(response, 202);
    };
    const { result } = await pushing(shelf);
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
  });
});

describe('sending a blob over a connection that breaks', () => {
  it('goes on where the registry is', async () => {
    const shelf = new Shelf();
    let broken = false;
    shelf.instead = async (request, response) => {
      if (request.method !== 'PATCH' || broken) return false;
      broken = true;
      for await (const chunk of request) {
        shelf.received = Buffer.concat([shelf.received, chunk as Buffer]);
        if (shelf.received.length > 2_000_000) break;
      }
      response.destroy();
      return true;
    };
    const { methods, headers } = await pushing(shelf);
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'GET', 'PATCH', 'PUT']);
    expect(headers[4]?.['content-range']).toMatch(/^2\d{6}-6999999$/);
    expect(shelf.stored?.equals(bytes)).toBe(true);
  });

  it('starts again when the session is gone', async () => {
    const shelf = new Shelf();
    let broken = false;
    shelf.instead = async (request, response) => {
      if (request.method === 'GET') {
        reply(response, 404, {}, error('BLOB_UPLOAD_UNKNOWN'));
        return true;
      }
      if (request.method !== 'PATCH' || broken) return false;
      broken = true;
      request.once('data', () => response.destroy());
      return true;
    };
    await pushing(shelf);
    expect(shelf.stored?.equals(bytes)).toBe(true);
  });

  it('asks whether the blob is there when the last answer was lost', async () => {
    const shelf = new Shelf();
    const commit = shelf.commit.bind(shelf);
    shelf.commit = async (request, response, url) => {
      response.end = () => response.destroy();
      await commit(request, response, url);
    };
    const { result, methods } = await pushing(shelf);
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT', 'HEAD']);
  });

  it('asks it also when a proxy ran out of patience', async () => {
    const shelf = new Shelf();
    shelf.commit = () => Promise.resolve();
    shelf.instead = (request, response) => {
      if (request.method !== 'PUT') return Promise.resolve(false);
      shelf.stored = bytes;
      reply(response, 504, { 'Content-Type': 'text/html' }, '<h1>Gateway Timeout</h1>');
      return Promise.resolve(true);
    };
    const { result, methods } = await pushing(shelf);
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(methods.filter((method) => method === 'PUT')).toHaveLength(1);
  });

  it('turns to small parts when the same place breaks twice', async () => {
    const shelf = new Shelf();
    shelf.instead = (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= 4_000_000)
        return Promise.resolve(false);
      request.once('data', () => response.destroy());
      return Promise.resolve(true);
    };
    await pushing(shelf);
    expect(shelf.stored?.equals(bytes)).toBe(true);
  });

  it('cancels the session and rejects with the reason when aborted', async () => {
    const shelf = new Shelf();
    const stop = new AbortController();
    const reason = new Error('enough');
    shelf.instead = (request) => {
      if (request.method !== 'PATCH') return Promise.resolve(false);
      request.once('data', () => {
        stop.abort(reason);
      });
      return Promise.resolve(true);
    };
    const { result, methods } = await pushing(shelf, { options: { signal: stop.signal } });
    expect(result).toEqual({ status: 'rejected', reason });
    expect(methods.at(-1)).toBe('DELETE');
  });
});

describe('mounting a blob', () => {
  const options = { mountFrom: 'other' };

  it('sends nothing when the registry mounts it', async () => {
    const shelf = new Shelf();
    shelf.open = (response) => {
      reply(response, 201);
    };
    const { seen, result } = await pushing(shelf, { options });
    expect(result).toMatchObject({ status: 'fulfilled' });
    const digest = encodeURIComponent(blob.digest);
    expect(seen[1]).toBe(`POST /v2/app/blobs/uploads/?mount=${digest}&from=other`);
    expect(seen).toHaveLength(2);
  });

  it('goes on in the session of an answer that opened one', async () => {
    const { methods } = await pushing(new Shelf(), { options });
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
  });

  for (const status of [401, 403, 404, 405, 500]) {
    it(`uploads when the mount is answered with ${status}`, async () => {
      const shelf = new Shelf();
      shelf.instead = (request, response) => {
        const isMount = request.url?.includes('mount=') === true;
        if (isMount) reply(response, status);
        return Promise.resolve(isMount);
      };
      await pushing(shelf, { options });
      expect(shelf.stored?.equals(bytes)).toBe(true);
    });
  }
});
