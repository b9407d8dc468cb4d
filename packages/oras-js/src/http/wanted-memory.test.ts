/** Bytes that are read straight to where the reader wants them. */
import { describe, expect, it } from '@jest/globals';
import { eventually, noise, reply, startLoopbackServer, type Answering } from '@sallyport/testing';
import type { Descriptor } from '../content/descriptor.js';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import { RegistryClient } from '../registry/registry-client.js';

const content = noise('content', 16 * 1024 * 1024);
const blob: Descriptor = {
  mediaType: 'application/x',
  digest: digestOf(content),
  size: content.byteLength,
};

interface Found {
  readonly bytes: Buffer;
  /** Of those that came, how many were where they were wanted. */
  readonly broughtBytes: number;
  /** As large as the content; zeros where nothing was brought. */
  readonly memory: Buffer;
}

async function reading(
  answer: Answering,
  { start = 0, end = content.byteLength }: { start?: number; end?: number } = {},
): Promise<Found> {
  await using server = await startLoopbackServer(answer);
  await using client = new RegistryClient({ plainHttp: [server.host] });
  const memory = Buffer.alloc(content.byteLength + 1);
  const bytes = await client.repository(server.host, 'app').fetch(blob, {
    start,
    end,
    lendChunks: true,
    memoryAt: (position) => (position < start ? undefined : memory.subarray(position)),
  });
  const chunks: Buffer[] = [];
  let position = start;
  let broughtBytes = 0;
  for await (const chunk of bytes) {
    if (chunk.buffer === memory.buffer) {
      expect(chunk.byteOffset).toBe(memory.byteOffset + position);
      broughtBytes += chunk.byteLength;
    }
    chunks.push(Buffer.from(chunk));
    position += chunk.byteLength;
  }
  return { bytes: Buffer.concat(chunks), broughtBytes, memory };
}

const givingAll: Answering = (_, response) => {
  reply(response, 200, {}, content);
};

describe('bytes that are wanted somewhere', () => {
  it('come there, but for those that came with the head', async () => {
    const { bytes, broughtBytes, memory } = await reading(givingAll);
    expect(bytes.equals(content)).toBe(true);
    expect(broughtBytes).toBeGreaterThan(content.byteLength / 2);
    const brought = memory.subarray(content.byteLength - broughtBytes, content.byteLength);
    expect(brought.equals(content.subarray(content.byteLength - broughtBytes))).toBe(true);
  });

  it('are counted from the start of the content when a part is given', async () => {
    const start = 1_000_000;
    const { bytes, broughtBytes } = await reading(
      (_, response) => {
        const range = `bytes ${start}-${content.byteLength - 1}/${content.byteLength}`;
        reply(response, 206, { 'Content-Range': range }, content.subarray(start));
      },
      { start },
    );
    expect(bytes.equals(content.subarray(start))).toBe(true);
    expect(broughtBytes).toBeGreaterThan(0);
  });

  it('are counted from the start of the content when the whole is given instead of a part', async () => {
    const [start, end] = [5_000_000, 15_000_000];
    const { bytes, broughtBytes } = await reading(givingAll, { start, end });
    expect(bytes.equals(content.subarray(start, end))).toBe(true);
    expect(broughtBytes).toBeGreaterThan(0);
  });

  it('go on where they were when the connection broke', async () => {
    const cutAt = 6_000_000;
    const { bytes } = await reading((request, response) => {
      if (request.headers.range === undefined) {
        response.writeHead(200, { 'Content-Length': content.byteLength });
        response.write(content.subarray(0, cutAt), () => response.destroy());
        return;
      }
      const [, first = ''] = /^bytes=([0-9]+)-/.exec(request.headers.range) ?? [];
      const range = `bytes ${first}-${content.byteLength - 1}/${content.byteLength}`;
      reply(response, 206, { 'Content-Range': range }, content.subarray(Number(first)));
    });
    expect(bytes.equals(content)).toBe(true);
  });

  it('end with what is thrown where they are wanted, and the connection with them', async () => {
    let open = 0;
    await using server = await startLoopbackServer((request, response) => {
      open += 1;
      request.socket.once('close', () => (open -= 1));
      return givingAll(request, response);
    });
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const app = client.repository(server.host, 'app');
    // With a code as trouble of the network has one: that would be tried again.
    const failure = Object.assign(new Error('no room'), { code: 'ENOSPC' });
    const bytes = await app.fetch(blob, {
      lendChunks: true,
      memoryAt: (position) => {
        if (position > 1_000_000) throw failure;
        return undefined;
      },
    });
    let received = 0;
    const reading = async (): Promise<void> => {
      for await (const chunk of bytes) received += chunk.byteLength;
    };
    await expect(reading()).rejects.toBe(failure);
    await eventually(() => {
      expect(open).toBe(0);
    });
    expect(received).toBeLessThan(content.byteLength);
    expect(server.seen).toHaveLength(1);
    expect(digestOf(await readContent(app, blob, { limitBytes: blob.size }))).toBe(blob.digest);
  });

  it('are not what a server says that has them not', async () => {
    const memory = Buffer.alloc(content.byteLength);
    await using server = await startLoopbackServer((_, response) => {
      reply(response, 404, {}, noise('words', 4_000_000));
    });
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const bytes = await client.repository(server.host, 'app').fetch(blob, {
      memoryAt: (position) => memory.subarray(position),
    });
    await expect(
      (async () => {
        for await (const chunk of bytes) expect(chunk.byteLength).toBe(0);
      })(),
    ).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
    expect(memory.every((byte) => byte === 0)).toBe(true);
  });
});
