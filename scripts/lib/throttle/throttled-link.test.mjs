import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { bytesPerSecond, roundTripMs, startThrottledLink } from './throttled-link.mjs';
import { withoutRanges } from './without-ranges.mjs';

const body = createHash('shake256', { outputLength: 3_000_000 }).update('body').digest();
const ending = [];

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

/** Answers with the whole body, and says in a header which part was asked for. */
async function startServer() {
  const server = createServer((request, response) => {
    response.setHeader('x-asked', request.headers.range ?? 'everything');
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => new Promise((resolve) => server.close(resolve)));
  return server.address().port;
}

async function asking(options) {
  const link = await startThrottledLink(await startServer(), options);
  ending.unshift(link.close);
  const started = performance.now();
  const request = get(`http://${link.host}/`, { agent: false, headers: { range: 'bytes=0-9' } });
  const [response] = await once(request, 'response');
  const bytes = await buffer(response);
  const tookMs = performance.now() - started;
  return { bytes, asked: response.headers['x-asked'], tookMs };
}

describe('going over a slow line', () => {
  it('brings every byte in its place, and no sooner than the line allows', async () => {
    const { bytes, asked, tookMs } = await asking();
    expect(bytes.equals(body)).toBe(true);
    expect(asked).toBe('bytes=0-9');
    expect(tookMs).toBeGreaterThan((body.length / bytesPerSecond) * 1000 + roundTripMs);
  });

  it('can keep from the server that only a part was asked for', async () => {
    const { bytes, asked } = await asking({ ranges: false });
    expect(asked).toBe('everything');
    expect(bytes.equals(body)).toBe(true);
  });

  it('does not hold back what is no request', async () => {
    const hiding = withoutRanges();
    hiding.write(Buffer.from([0x16, 0x03, 0x01]));
    expect((await once(hiding, 'data'))[0]).toEqual(Buffer.from([0x16, 0x03, 0x01]));
  });

  it('hides a header that comes in two pieces', async () => {
    const hiding = withoutRanges();
    hiding.write('GET / HTTP/1.1\r\nRan');
    hiding.end('ge: bytes=0-9\r\nHost: a\r\n\r\n');
    const said = (await buffer(hiding)).toString();
    expect(said).toBe('GET / HTTP/1.1\r\nx-rng: bytes=0-9\r\nHost: a\r\n\r\n');
  });
});
