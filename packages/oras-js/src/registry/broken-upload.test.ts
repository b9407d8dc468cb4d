/** Sending blobs over connections that break, to registries that lose sessions and answers. */
import { describe, expect, it } from '@jest/globals';
import { pushToShelf, refusalText, reply, shelfBytes, UploadShelf } from '@sallyport/testing';

describe('sending a blob over a connection that breaks', () => {
  it('goes on where the registry is', async () => {
    const shelf = new UploadShelf();
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
    const { methods, headers } = await pushToShelf(shelf);
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'GET', 'PATCH', 'PUT']);
    expect(headers[4]?.['content-range']).toMatch(/^2\d{6}-6999999$/);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
  });

  it('starts again when the session is gone', async () => {
    const shelf = new UploadShelf();
    let broken = false;
    shelf.instead = async (request, response) => {
      if (request.method === 'GET') {
        reply(response, 404, {}, refusalText('BLOB_UPLOAD_UNKNOWN'));
        return true;
      }
      if (request.method !== 'PATCH' || broken) return false;
      broken = true;
      request.once('data', () => response.destroy());
      return true;
    };
    await pushToShelf(shelf);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
  });

  it('asks whether the blob is there when the last answer was lost', async () => {
    const shelf = new UploadShelf();
    const commit = shelf.commit.bind(shelf);
    shelf.commit = async (request, response, url) => {
      response.end = () => response.destroy();
      await commit(request, response, url);
    };
    const { result, methods } = await pushToShelf(shelf);
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT', 'HEAD', 'DELETE']);
  });

  it('asks it also when a proxy ran out of patience', async () => {
    const shelf = new UploadShelf();
    shelf.commit = () => Promise.resolve();
    shelf.instead = (request, response) => {
      if (request.method !== 'PUT') return Promise.resolve(false);
      shelf.stored = shelfBytes;
      reply(response, 504, { 'Content-Type': 'text/html' }, '<h1>Gateway Timeout</h1>');
      return Promise.resolve(true);
    };
    const { result, methods } = await pushToShelf(shelf);
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(methods.filter((method) => method === 'PUT')).toHaveLength(1);
  });

  it('turns to small parts when the same place breaks twice', async () => {
    const shelf = new UploadShelf();
    shelf.instead = (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= 4_000_000)
        return Promise.resolve(false);
      request.once('data', () => response.destroy());
      return Promise.resolve(true);
    };
    await pushToShelf(shelf);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
  });

  it('cancels the session and rejects with the reason when aborted', async () => {
    const shelf = new UploadShelf();
    const stop = new AbortController();
    const reason = new Error('enough');
    shelf.instead = (request) => {
      if (request.method !== 'PATCH') return Promise.resolve(false);
      request.once('data', () => {
        stop.abort(reason);
      });
      return Promise.resolve(true);
    };
    const { result, methods } = await pushToShelf(shelf, { options: { signal: stop.signal } });
    expect(result).toEqual({ status: 'rejected', reason });
    expect(methods.at(-1)).toBe('DELETE');
  });

  it('turns to the smallest parts where larger ones break, too', async () => {
    const shelf = new UploadShelf();
    shelf.instead = (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= 1_000_000) {
        return Promise.resolve(false);
      }
      request.once('data', () => response.destroy());
      return Promise.resolve(true);
    };
    const { result } = await pushToShelf(shelf);
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
  });

  it('keeps its method when it was the opening that broke', async () => {
    const shelf = new UploadShelf();
    let left = 3;
    shelf.instead = (request, response) => {
      if (request.method !== 'POST' || left === 0) return Promise.resolve(false);
      left -= 1;
      response.destroy();
      return Promise.resolve(true);
    };
    await pushToShelf(shelf);
    expect(shelf.chunkSizes).toEqual([shelfBytes.length]);
  });

  it('gives up on a registry that has much, then nothing, then much again', async () => {
    const shelf = new UploadShelf();
    let asked = 0;
    shelf.status = (response) => {
      asked += 1;
      if (asked % 2 === 0) reply(response, 204);
      else reply(response, 204, { Range: '0-4999999' });
    };
    shelf.instead = (request, response) => {
      if (request.method !== 'PATCH') return Promise.resolve(false);
      request.once('data', () => response.destroy());
      return Promise.resolve(true);
    };
    const { result } = await pushToShelf(shelf);
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_UNREACHABLE' } });
  });
});
