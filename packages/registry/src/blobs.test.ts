import { readFile, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ask, contentOf, noise, opening, refusalCode, tempDir } from '@sallyport/testing';
import { hexOf, MemoryStore, OciLayout, type Descriptor } from 'oras-js';
import { serveRegistry } from './serve-registry.js';

const text = 'the quick brown fox';
const blob = contentOf('application/octet-stream', Buffer.from(text));
const path = `/v2/app/blobs/${blob.content.digest}`;

async function serving() {
  const store = new MemoryStore();
  await store.push(blob.content, opening(blob.bytes));
  return await serveRegistry({ store, readOnly: true });
}

describe('reading a blob', () => {
  it('gets the bytes, and the same headers with HEAD and GET', async () => {
    await using registry = await serving();

    const got = await ask(registry, path);
    const head = await ask(registry, path, { method: 'HEAD' });

    expect(got.body.toString()).toBe(text);
    expect(got.headers).toMatchObject({
      'content-length': '19',
      'content-type': 'application/octet-stream',
      'docker-content-digest': blob.content.digest,
      etag: `"${blob.content.digest}"`,
    });
    const withoutDate = { date: undefined };
    expect({ ...head.headers, ...withoutDate }).toEqual({ ...got.headers, ...withoutDate });
    expect(head.body).toHaveLength(0);
  });

  it.each([
    ['bytes=4-8', 206, 'quick', 'bytes 4-8/19'],
    ['bytes=10-', 206, 'brown fox', 'bytes 10-18/19'],
    ['bytes=-3', 206, 'fox', 'bytes 16-18/19'],
    ['bytes=-100', 206, text, 'bytes 0-18/19'],
    ['bytes=16-100', 206, 'fox', 'bytes 16-18/19'],
    ['bytes=0-0', 206, 't', 'bytes 0-0/19'],
    ['bytes=0-1,4-5', 200, text, undefined],
    ['lines=1-2', 200, text, undefined],
    ['bytes=-', 200, text, undefined],
  ])('answers the range %s with %i', async (range, status, body, contentRange) => {
    await using registry = await serving();

    const reply = await ask(registry, path, { headers: { range } });

    expect(reply).toMatchObject({ status });
    expect(reply.body.toString()).toBe(body);
    expect(reply.headers['content-range']).toBe(contentRange);
    expect(reply.headers['content-length']).toBe(String(body.length));
  });

  it.each(['bytes=19-', 'bytes=19-20', 'bytes=8-4', 'bytes=-0', 'bytes=99999999999999999999-'])(
    'has nothing for the range %s',
    async (range) => {
      await using registry = await serving();

      const reply = await ask(registry, path, { headers: { range } });

      expect(reply).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */19' } });
    },
  );

  it('sends the whole when the range was meant for other content', async () => {
    await using registry = await serving();

    const reply = await ask(registry, path, {
      headers: { range: 'bytes=4-8', 'if-range': '"something else"' },
    });

    expect(reply).toMatchObject({ status: 200 });
  });

  it('sends nothing to a client that has it already', async () => {
    await using registry = await serving();

    const reply = await ask(registry, path, {
      headers: { 'if-none-match': `"other", "${blob.content.digest}"` },
    });

    expect(reply).toMatchObject({ status: 304 });
    expect(reply.body).toHaveLength(0);
  });

  it.each([
    [`sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    [`sha512:${'0'.repeat(128)}`, 404, 'BLOB_UNKNOWN'],
    [`sha256:${'A'.repeat(64)}`, 400, 'DIGEST_INVALID'],
    ['sha256:1234', 400, 'DIGEST_INVALID'],
    ['not-a-digest', 400, 'DIGEST_INVALID'],
  ])('answers %s with %i', async (digest, status, code) => {
    await using registry = await serving();

    const reply = await ask(registry, `/v2/app/blobs/${digest}`);

    expect(reply).toMatchObject({ status });
    expect(refusalCode(reply)).toBe(code);
  });
});

describe('reading a blob that is damaged on disk', () => {
  it.each([19, 3_000_000])('never gives %i bytes for good', async (length) => {
    await using folder = await tempDir();
    const { content, bytes } = contentOf('text/plain', noise('damaged', length));
    const store = new OciLayout(folder.path);
    await store.push(content, opening(bytes));
    const file = join(folder.path, 'blobs', 'sha256', hexOf(content.digest));
    const damaged = await readFile(file);
    damaged[length - 1] = (damaged[length - 1] ?? 0) ^ 1;
    await writeFile(file, damaged);
    const errors: unknown[] = [];
    await using registry = await serveRegistry({
      store,
      readOnly: true,
      onRequest: ({ error }) => errors.push(error),
    });

    await expect(ask(registry, `/v2/app/blobs/${content.digest}`)).rejects.toMatchObject({
      code: 'ECONNRESET',
    });

    await registry.close();
    expect(errors).toEqual([expect.objectContaining({ code: 'CONTENT_DIGEST_MISMATCH' })]);
  });
});

describe('reading a blob that cannot be opened', () => {
  it('is told so, and not given an answer that breaks off', async () => {
    class ForgetfulStore extends MemoryStore {
      override async resolve(): Promise<Descriptor> {
        return blob.content;
      }
    }
    await using registry = await serveRegistry({ store: new ForgetfulStore(), readOnly: true });

    expect(await ask(registry, path)).toMatchObject({ status: 500 });
  });
});

describe('reading a blob slowly', () => {
  it('is read from the store no faster than the client takes it', async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    const chunks = 64;
    let given = 0;
    class CountingStore extends MemoryStore {
      override async resolve(): Promise<Descriptor> {
        return { ...blob.content, size: chunk.length * chunks };
      }
      override async fetch(): Promise<AsyncIterable<Uint8Array>> {
        return (async function* () {
          for (; given < chunks; given += 1) yield chunk;
        })();
      }
    }
    await using registry = await serveRegistry({ store: new CountingStore(), readOnly: true });
    const asked = request({ port: registry.port, host: '127.0.0.1', path, agent: false });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];

    let taken = 0;
    let mostAhead = 0;
    const reading = (async () => {
      for await (const piece of response as AsyncIterable<Buffer>) {
        taken += piece.length;
        mostAhead = Math.max(mostAhead, given * chunk.length - taken);
        // Lets the server run as far ahead as it will.
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();

    // Zeros are not what the digest stands for, so the end never comes.
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(taken).toBeGreaterThan(40 * chunk.length);
    // What the sockets of both sides hold; far from the whole.
    expect(mostAhead).toBeLessThan(24 * chunk.length);
  });
});
