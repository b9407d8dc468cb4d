/** Sending blobs to registries and proxies that refuse methods or sizes. */
import { describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  pushToShelf,
  refusalText,
  reply,
  shelfBlob,
  shelfBytes,
  UploadShelf,
} from '@sallyport/testing';

describe('sending a blob to a registry with its own mind', () => {
  function refuse(method: string, status: number, body = ''): UploadShelf {
    const shelf = new UploadShelf();
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
      await pushToShelf(shelf);
      expect(shelf.stored?.equals(shelfBytes)).toBe(true);
    });
  }

  it('remembers what worked', async () => {
    const shelf = refuse('PATCH', 405);
    const { methods } = await pushToShelf(shelf, { options: { force: true }, times: 2 });
    expect(methods.filter((method) => method === 'PATCH')).toHaveLength(1);
  });

  it('sends small parts where a large body is too large', async () => {
    const shelf = new UploadShelf();
    shelf.instead = async (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= 4 * 1024 * 1024) return false;
      await bodyOf(request);
      reply(response, 413, { 'Content-Type': 'text/html' }, '<html>too large</html>');
      return true;
    };
    const { headers } = await pushToShelf(shelf);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
    const ranges = headers.map((header) => header['content-range']).filter(Boolean);
    expect(ranges).toEqual(['0-3145727', '3145728-6291455', '6291456-6999999']);
  });

  it('makes its parts as large as the registry wants them', async () => {
    const shelf = new UploadShelf();
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
    await pushToShelf(shelf);
    expect(shelf.chunkSizes).toEqual([6_500_000, 500_000]);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
  });

  it('does not look for another method when the name or the right is wrong', async () => {
    for (const [status, code, expected] of [
      [404, 'NAME_UNKNOWN', 'REGISTRY_NOT_FOUND'],
      [403, 'DENIED', 'REGISTRY_DENIED'],
    ] as const) {
      const { result, methods } = await pushToShelf(refuse('POST', status, refusalText(code)));
      expect(result).toMatchObject({ reason: { code: expected, serverCode: code } });
      expect(methods).toEqual(['HEAD', 'POST']);
    }
  });

  it('refuses an upload that has no address', async () => {
    const shelf = new UploadShelf();
    shelf.open = (response) => {
      reply(response, 202);
    };
    const { result } = await pushToShelf(shelf);
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
  });

  it('tries one other way for bytes that arrive wrong, and then names their digest', async () => {
    const { result, methods } = await pushToShelf(
      refuse('PUT', 400, refusalText('DIGEST_INVALID')),
    );
    expect(result).toMatchObject({
      reason: { serverCode: 'DIGEST_INVALID', message: expect.stringContaining(shelfBlob.digest) },
    });
    expect(methods.filter((method) => method === 'PUT')).toHaveLength(2);
  });

  it('takes smaller parts still where its usual ones are too large', async () => {
    const shelf = new UploadShelf();
    shelf.instead = async (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= 1_000_000) return false;
      await bodyOf(request);
      reply(response, 413);
      return true;
    };
    await pushToShelf(shelf);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
    expect(Math.max(...shelf.chunkSizes)).toBe(960 * 1024);
  });
});
