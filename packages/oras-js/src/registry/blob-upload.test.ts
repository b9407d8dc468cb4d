/** Sending blobs to registries that do as they should. */
import { describe, expect, it } from '@jest/globals';
import {
  describeBytes,
  noise,
  openingPieces,
  pushToShelf,
  reply,
  shelfBlob,
  shelfBytes,
  UploadShelf,
} from '@sallyport/testing';

describe('sending a blob', () => {
  it('looks first, sends one body with its length, and closes with the digest', async () => {
    const shelf = new UploadShelf();
    const { methods, headers, seen } = await pushToShelf(shelf);
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
    expect(headers[2]).toMatchObject({ 'content-length': '7000000' });
    expect(headers[2]).not.toHaveProperty('content-range');
    expect(seen[2]).toContain('state=a%2Bb');
    expect(seen[3]).toContain(`state=7000000&digest=${encodeURIComponent(shelfBlob.digest)}`);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
  });

  it('sends a small one with the closing request, and leaves that once it was refused', async () => {
    const small = noise('small', 500_000);
    const shelf = new UploadShelf();
    const request = { content: describeBytes(small), open: openingPieces(small) };
    const { methods, headers } = await pushToShelf(shelf, request);
    expect(methods).toEqual(['HEAD', 'POST', 'PUT']);
    expect(headers[2]).toMatchObject({ 'content-length': '500000' });
    expect(shelf.stored?.equals(small)).toBe(true);

    const unwilling = new UploadShelf();
    unwilling.instead = (asked, response) => {
      const isRefused = asked.method === 'PUT' && asked.headers['content-length'] !== '0';
      if (isRefused) reply(response, 405);
      return Promise.resolve(isRefused);
    };
    await pushToShelf(unwilling, request);
    expect(unwilling.stored?.equals(small)).toBe(true);
  });

  it('sends nothing when it is there', async () => {
    const shelf = new UploadShelf();
    shelf.stored = shelfBytes;
    expect((await pushToShelf(shelf)).methods).toEqual(['HEAD']);
  });

  it('sends it all the same when told so', async () => {
    const shelf = new UploadShelf();
    shelf.stored = shelfBytes;
    const { methods } = await pushToShelf(shelf, { options: { force: true } });
    expect(methods).toEqual(['POST', 'PATCH', 'PUT']);
  });

  it('stores a blob without bytes', async () => {
    const shelf = new UploadShelf();
    const nothing = Buffer.alloc(0);
    const { result } = await pushToShelf(shelf, {
      content: describeBytes(nothing),
      open: openingPieces(nothing),
    });
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(shelf.stored).toEqual(nothing);
  });
});

describe('being told of success in another way', () => {
  for (const [method, status] of [
    ['PATCH', 200],
    ['PATCH', 201],
    ['PATCH', 204],
    ['PUT', 200],
    ['PUT', 202],
    ['PUT', 204],
  ] as const) {
    it(`takes ${status} to ${method} for one`, async () => {
      const shelf = new UploadShelf();
      shelf.instead = (request, response) => {
        if (request.method !== method) return Promise.resolve(false);
        const write = response.writeHead.bind(response) as (...rest: unknown[]) => typeof response;
        response.writeHead = (_: number, ...rest: unknown[]) => write(status, ...rest);
        return Promise.resolve(false);
      };
      const { result, methods } = await pushToShelf(shelf);
      expect(result).toMatchObject({ status: 'fulfilled' });
      expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
      expect(shelf.stored?.equals(shelfBytes)).toBe(true);
    });
  }
});

describe('mounting a blob', () => {
  const options = { mountFrom: 'other' };

  it('sends nothing when the registry mounts it', async () => {
    const shelf = new UploadShelf();
    shelf.open = (response) => {
      reply(response, 201);
    };
    const { seen, result } = await pushToShelf(shelf, { options });
    expect(result).toMatchObject({ status: 'fulfilled' });
    const digest = encodeURIComponent(shelfBlob.digest);
    expect(seen).toEqual([`POST /v2/app/blobs/uploads/?mount=${digest}&from=other`]);
  });

  it('goes on in the session of an answer that opened one', async () => {
    const { methods } = await pushToShelf(new UploadShelf(), { options });
    expect(methods).toEqual(['POST', 'HEAD', 'PATCH', 'PUT']);
  });

  it('gives that session up and sends nothing when the blob is there', async () => {
    const shelf = new UploadShelf();
    shelf.stored = shelfBytes;
    const { methods, result } = await pushToShelf(shelf, { options });
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(methods).toEqual(['POST', 'HEAD', 'DELETE']);
  });

  for (const status of [401, 403, 404, 405, 500]) {
    it(`uploads when the mount is answered with ${status}`, async () => {
      const shelf = new UploadShelf();
      shelf.instead = (request, response) => {
        const isMount = request.url?.includes('mount=') === true;
        if (isMount) reply(response, status);
        return Promise.resolve(isMount);
      };
      await pushToShelf(shelf, { options });
      expect(shelf.stored?.equals(shelfBytes)).toBe(true);
    });
  }
});
