/** Sending blobs to registries that cap bodies by a wrong status, lose a part, or forget a session. */
import { describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  pushToShelf,
  refusalText,
  reply,
  shelfBytes,
  UploadShelf,
} from '@sallyport/testing';

function limited(limitBytes: number, status: number, type: string, body: string): UploadShelf {
  const shelf = new UploadShelf();
  shelf.instead = async (request, response) => {
    if (Number(request.headers['content-length'] ?? 0) <= limitBytes) return false;
    await bodyOf(request);
    reply(response, status, { 'Content-Type': type }, body);
    return true;
  };
  return shelf;
}

describe('sending a blob through a limit that is told in many ways', () => {
  for (const limitBytes of [4 * 1024 * 1024, 1024 * 1024]) {
    for (const [status, type, body] of [
      [413, 'text/html', '<html>too large</html>'],
      [413, 'application/json', refusalText('SIZE_INVALID')],
      [416, 'text/html', '<html>no</html>'],
      [416, 'application/json', refusalText('BLOB_UPLOAD_INVALID')],
      [416, 'text/plain', ''],
    ] as const) {
      it(`finds parts below ${limitBytes} bytes where the rest is answered with ${status} as ${type}`, async () => {
        const shelf = limited(limitBytes, status, type, body);
        const { result } = await pushToShelf(shelf);
        expect(result).toEqual({ status: 'fulfilled', value: undefined });
        expect(shelf.stored?.equals(shelfBytes)).toBe(true);
      });
    }
  }
});

describe('sending parts to a registry that loses one', () => {
  /** Takes small bodies only, and the second of them not at once. */
  function losing(): UploadShelf {
    const shelf = limited(4_000_000, 413, 'text/plain', '');
    const { instead } = shelf;
    let parts = 0;
    shelf.instead = async (request, response) => {
      if (await instead(request, response)) return true;
      if (request.method !== 'PATCH') return false;
      parts += 1;
      if (parts !== 2) return false;
      await bodyOf(request);
      reply(response, 416, {}, refusalText('BLOB_UPLOAD_INVALID'));
      return true;
    };
    return shelf;
  }

  it('asks where the registry is, and goes on there', async () => {
    const shelf = losing();
    const { methods } = await pushToShelf(shelf);
    const inParts = methods.slice(methods.lastIndexOf('POST'));
    expect(inParts).toEqual(['POST', 'PATCH', 'PATCH', 'GET', 'PATCH', 'PATCH', 'PUT']);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
  });

  it('starts again when the registry does not know the session any more', async () => {
    const shelf = losing();
    shelf.status = (response) => {
      reply(response, 404, {}, refusalText('BLOB_UPLOAD_UNKNOWN'));
    };
    const { methods } = await pushToShelf(shelf);
    expect(methods.filter((method) => method === 'POST')).toHaveLength(3);
    expect(shelf.stored?.equals(shelfBytes)).toBe(true);
  });
});

describe('closing an upload that the registry has closed already', () => {
  it('takes the blob that is there for an answer', async () => {
    const shelf = new UploadShelf();
    shelf.instead = (request, response) => {
      if (request.method !== 'PUT') return Promise.resolve(false);
      shelf.stored = shelfBytes;
      reply(response, 404, {}, refusalText('BLOB_UPLOAD_UNKNOWN'));
      return Promise.resolve(true);
    };
    const { result, methods } = await pushToShelf(shelf);
    expect(result).toMatchObject({ status: 'fulfilled' });
    expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT', 'HEAD']);
  });
});

describe('giving up an upload', () => {
  for (const status of [400, 405]) {
    it(`says why it was given up, whatever the registry says to that: ${status}`, async () => {
      const shelf = new UploadShelf();
      const stop = new AbortController();
      const reason = new Error('enough');
      shelf.instead = (request, response) => {
        if (request.method === 'PATCH') {
          request.once('data', () => {
            stop.abort(reason);
          });
          return Promise.resolve(true);
        }
        if (request.method !== 'DELETE') return Promise.resolve(false);
        reply(response, status, {}, refusalText('UNSUPPORTED'));
        return Promise.resolve(true);
      };
      const { result, methods } = await pushToShelf(shelf, { options: { signal: stop.signal } });
      expect(result).toEqual({ status: 'rejected', reason });
      expect(methods.at(-1)).toBe('DELETE');
    });
  }
});
