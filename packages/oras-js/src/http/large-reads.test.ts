/** Chunks that are lent: memory is used again, and never while somebody still reads it. */
import { describe, expect, it } from '@jest/globals';
import { noise, reply, startLoopbackServer, type Answering } from '@sallyport/testing';
import { setImmediate } from 'node:timers/promises';
import type { Descriptor } from '../content/descriptor.js';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import { RegistryClient } from '../registry/registry-client.js';
import type { Repository } from '../registry/repository.js';
import { slabBytes } from './slabs.js';

const large = noise('large', 32 * 1024 * 1024);
const small = noise('small', 600_000);

function blobOf(bytes: Uint8Array): Descriptor {
  return { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.byteLength };
}

const givingBlobs: Answering = (request, response) => {
  const isLarge = request.url?.endsWith(digestOf(large)) === true;
  reply(response, 200, {}, isLarge ? large : small);
};

async function readingFrom(act: (app: Repository) => Promise<void>): Promise<void> {
  await using server = await startLoopbackServer(givingBlobs);
  await using client = new RegistryClient({ plainHttp: [server.host] });
  await act(client.repository(server.host, 'app'));
}

/** Waits between chunks, so that much is there to be read at once. */
async function* slowly(app: Repository, lendChunks: boolean): AsyncGenerator<Uint8Array> {
  for await (const chunk of await app.fetch(blobOf(large), { lendChunks })) {
    yield chunk;
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  }
}

describe('reading a large blob', () => {
  it('gives chunks that stay as they are to whoever keeps them', async () => {
    await readingFrom(async (app) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of slowly(app, false)) chunks.push(chunk);
      expect(digestOf(Buffer.concat(chunks))).toBe(digestOf(large));
    });
  });

  it('uses the memory of lent chunks again', async () => {
    await readingFrom(async (app) => {
      const memory = new Set<ArrayBufferLike>();
      const copies: Uint8Array[] = [];
      let lent = 0;
      for await (const chunk of slowly(app, true)) {
        copies.push(Buffer.from(chunk));
        if (chunk.buffer.byteLength !== slabBytes) continue;
        memory.add(chunk.buffer);
        lent += 1;
      }
      expect(digestOf(Buffer.concat(copies))).toBe(digestOf(large));
      expect(lent).toBeGreaterThan(10);
      expect(memory.size).toBeLessThan(lent / 2);
    });
  });

  it('does not touch a lent chunk while other answers come', async () => {
    await readingFrom(async (app) => {
      const reading = slowly(app, true);
      let copy: Uint8Array = small;
      let last: Uint8Array = small;
      for (let received = 0; received < large.byteLength; received += last.byteLength) {
        last = (await reading.next()).value as Uint8Array;
        copy = Buffer.from(last);
      }
      for (let round = 0; round < 20; round += 1) {
        expect(await readContent(app, blobOf(small))).toHaveLength(small.byteLength);
      }
      expect(Buffer.compare(last, copy)).toBe(0);
      await reading.return(undefined);
    });
  });

  it('stops a server that sends more than anybody reads', async () => {
    let sentBytes = 0;
    const answer: Answering = async (_, response) => {
      response.writeHead(200, { 'Content-Length': large.byteLength * 1000 });
      while (!response.destroyed) {
        sentBytes += large.byteLength;
        if (!response.write(large)) {
          await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
        }
      }
    };
    await using server = await startLoopbackServer(answer);
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const blob = { ...blobOf(large), size: large.byteLength * 1000 };
    const bytes = await client.repository(server.host, 'app').fetch(blob, { lendChunks: true });
    for await (const chunk of bytes) {
      for (let turn = 0; turn < 1000; turn += 1) await setImmediate();
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(sentBytes).toBe(large.byteLength);
  });
});
