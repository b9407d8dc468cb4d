/** Sending chunks that are only lent: their memory is written over when the next one is asked for. */
import { describe, expect, it } from '@jest/globals';
import { bodyOf, describeBytes, noise, pushToShelf, reply, UploadShelf } from '@sallyport/testing';
import type { OpenContent } from '../content/target.js';

const bytes = noise('lent', 20_000_000);
const content = describeBytes(bytes);

/** All chunks in one piece of memory, which is spoilt as soon as another one is wanted. */
function lending(chunkBytes: number): OpenContent {
  return async ({ lendChunks = false } = {}) =>
    (async function* () {
      const memory = Buffer.alloc(chunkBytes);
      for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
        const chunk = memory.subarray(0, bytes.copy(memory, 0, at, at + chunkBytes));
        yield lendChunks ? chunk : Buffer.from(chunk);
        memory.fill(0);
      }
    })();
}

/** Answers every request with such a method and a body as large with `status`. */
function refusing(status: number, method: string, fromBytes: number): UploadShelf {
  const shelf = new UploadShelf();
  shelf.instead = async (request, response) => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (request.method !== method || length < fromBytes) return false;
    await bodyOf(request);
    reply(response, status);
    return true;
  };
  return shelf;
}

describe('sending chunks that are lent', () => {
  // More than the system takes at once, what connections read into, and less than a connection holds.
  for (const chunkBytes of [6_000_000, 1_048_576, 10_000]) {
    it(`sends each while it is good, ${chunkBytes} bytes at a time`, async () => {
      const shelf = new UploadShelf();
      const { methods } = await pushToShelf(shelf, { content, open: lending(chunkBytes) });
      expect(methods).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
      expect(shelf.received.equals(bytes)).toBe(true);
    });
  }

  it('keeps a copy of the last, which waits for the proof', async () => {
    const shelf = refusing(405, 'PATCH', 0);
    await pushToShelf(shelf, { content, open: lending(6_000_000) });
    expect(shelf.stored?.equals(bytes)).toBe(true);
  });

  it('asks for chunks of its own where several are held at once', async () => {
    const shelf = refusing(413, 'PATCH', 4 * 1024 * 1024);
    await pushToShelf(shelf, { content, open: lending(1_048_576) });
    expect(shelf.stored?.equals(bytes)).toBe(true);
  });
});
