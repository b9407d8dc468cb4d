/** Reading parts of blobs, and blobs that are not what was promised. */
import { describe, expect, it } from '@jest/globals';
import { honourRange, rangeBytes, readingFrom, reply } from '@sallyport/testing';
import { digestOf } from '../content/digest.js';

describe('reading a part of a blob', () => {
  it('asks for a closed range and gives exactly that', async () => {
    const { result, ranges } = await readingFrom(honourRange, { start: 10, end: 20 });
    expect(result).toEqual({ status: 'fulfilled', value: digestOf(rangeBytes.subarray(10, 20)) });
    expect(ranges).toEqual(['bytes=10-19']);
  });

  it('cuts the part out of a whole answer', async () => {
    const { result } = await readingFrom(
      (_, response) => {
        reply(response, 200, {}, rangeBytes);
      },
      { start: 70_000, end: 70_010 },
    );
    expect(result).toEqual({
      status: 'fulfilled',
      value: digestOf(rangeBytes.subarray(70_000, 70_010)),
    });
  });

  it('asks for the whole when the range is refused', async () => {
    const { result } = await readingFrom(
      (request, response) => {
        if (request.headers.range === undefined) reply(response, 200, {}, rangeBytes);
        else reply(response, 416);
      },
      { start: 5, end: 9 },
    );
    expect(result).toEqual({ status: 'fulfilled', value: digestOf(rangeBytes.subarray(5, 9)) });
  });

  for (const header of [
    'bytes 11-20/300000',
    'bytes 9-19/300000',
    'bytes 10-20/300000',
    'bytes 10-19/4',
    '',
    'bytes 10-19',
  ]) {
    it(`refuses an answer that says ${JSON.stringify(header)}`, async () => {
      const { result } = await readingFrom(
        (_, response) => {
          reply(response, 206, { 'Content-Range': header }, rangeBytes.subarray(10, 20));
        },
        { start: 10, end: 20 },
      );
      expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
    });
  }

  it('takes a total that is not told', async () => {
    const { result } = await readingFrom(
      (_, response) => {
        reply(response, 206, { 'Content-Range': 'bytes 10-19/*' }, rangeBytes.subarray(10, 20));
      },
      { start: 10, end: 20 },
    );
    expect(result.status).toBe('fulfilled');
  });
});

describe('reading a blob that is not what was promised', () => {
  it('refuses a length that is not the blob’s before reading it', async () => {
    const { result, seen } = await readingFrom((_, response) => {
      reply(response, 200, {}, rangeBytes.subarray(1));
    });
    expect(result).toMatchObject({ reason: { code: 'CONTENT_SIZE_MISMATCH' } });
    expect(seen).toHaveLength(1);
  });

  it('stops at the first byte too many', async () => {
    const { result } = await readingFrom((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(rangeBytes), 1);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    expect(result).toMatchObject({ reason: { code: 'CONTENT_SIZE_MISMATCH' } });
  });

  it('finds out when more bytes than announced arrive as none', async () => {
    const head =
      'HTTP/1.1 206 Partial Content\r\nContent-Length: 10\r\nContent-Range: rangeBytes 0-9/300000\r\n\r\n';
    const { result } = await readingFrom(
      (request, response) => {
        response.detachSocket(request.socket);
        request.socket.end(Buffer.concat([Buffer.from(head), rangeBytes.subarray(0, 20)]));
      },
      { start: 0, end: 10 },
    );
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
  });

  it('refuses bytes that were encoded on their way', async () => {
    const { result } = await readingFrom((_, response) => {
      reply(response, 200, { 'Content-Encoding': 'gzip' }, rangeBytes);
    });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
  });

  it('says so when it is not there', async () => {
    const { result } = await readingFrom((_, response) => {
      reply(response, 404);
    });
    expect(result).toMatchObject({ reason: { code: 'CONTENT_NOT_FOUND' } });
  });
});
