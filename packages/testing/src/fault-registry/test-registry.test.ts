import { describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { tinyImage } from '../tiny-image.js';
import { startRegistry } from './test-registry.js';

const text = 'all the bytes of a layer';

async function bodyOf(url: string, headers: Record<string, string> = {}): Promise<string> {
  return await (await fetch(url, { headers })).text();
}

describe('sending content wrongly', () => {
  it('stalls after the bytes it was told, until the client gives up', async () => {
    await using registry = await startRegistry();
    const layer = registry.holds(text);
    registry.stalls(layer, { afterBytes: 10 });
    const enough = new AbortController();

    const response = await fetch(`${registry.url}/v2/app/blobs/${layer.digest}`, {
      signal: enough.signal,
    });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    const next = reader?.read();
    enough.abort();

    expect(Buffer.from(first?.value ?? []).toString()).toBe('all the by');
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    expect(response.headers.get('content-length')).toBe('24');
  });

  it('breaks the connection so often and then sends the rest of a range', async () => {
    await using registry = await startRegistry();
    const layer = registry.holds(text);
    registry.closesDuring(layer, { afterBytes: 3, times: 2 });
    const url = `${registry.url}/v2/app/blobs/${layer.digest}`;

    await expect(bodyOf(url)).rejects.toThrow();
    await expect(bodyOf(url, { range: 'bytes=3-' })).rejects.toThrow();

    expect(await bodyOf(url, { range: 'bytes=6-23' })).toBe(text.slice(6));
    await eventually(() => {
      expect(registry.requests.map(({ status }) => status)).toEqual([200, 206, 206]);
    });
  });

  it('sends other bytes, too few and too many, each with a length that fits', async () => {
    await using registry = await startRegistry();
    const layer = registry.holds(text);
    registry.sendsInstead(layer, 'wrong', { times: 1 });
    registry.sendsShort(layer, 4, { times: 1 });
    registry.sendsExtra(layer, 2, { times: 1 });
    const url = `${registry.url}/v2/app/blobs/${layer.digest}`;

    expect(await bodyOf(url)).toBe('wrong');
    expect(await bodyOf(url)).toBe('all ');
    expect(await bodyOf(url)).toBe(`${text}xx`);
    expect(await bodyOf(url)).toBe(text);
  });

  it('spoils a manifest that is asked for by its tag', async () => {
    await using registry = await startRegistry();
    const image = await tinyImage();
    const root = await image.pushTo(registry.store, 'app:v1');
    registry.sendsInstead(root, '{}');

    expect(await bodyOf(`${registry.url}/v2/app/manifests/v1`)).toBe('{}');
  });

  it('answers a range with everything when ranges are not its thing', async () => {
    await using registry = await startRegistry();
    const layer = registry.holds(text);
    registry.ignoresRange();

    const url = `${registry.url}/v2/app/blobs/${layer.digest}`;

    expect(await bodyOf(url, { range: 'bytes=4-' })).toBe(text);
  });
});

describe('answering wrongly', () => {
  it('answers certain requests with a status, so often', async () => {
    await using registry = await startRegistry();
    const layer = registry.holds(text);
    registry.answers(429, { to: /blobs/, times: 1, retryAfter: 7, body: { errors: [] } });
    const url = `${registry.url}/v2/app/blobs/${layer.digest}`;

    const limited = await fetch(url);
    expect(limited.headers.get('retry-after')).toBe('7');
    expect([limited.status, (await fetch(url)).status]).toEqual([429, 200]);
    expect(await limited.text()).toBe('{"errors":[]}');
  });

  it('refuses what would be stored, and nothing else', async () => {
    await using registry = await startRegistry();
    registry.refusesPush(403, 'DENIED', 'quota exceeded');

    const post = await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST' });

    expect(await post.json()).toEqual({ errors: [{ code: 'DENIED', message: 'quota exceeded' }] });
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
  });

  it('breaks an upload and keeps what had arrived', async () => {
    await using registry = await startRegistry();
    registry.breaksUploads({ afterBytes: 5, times: 1 });
    const post = await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST' });
    const location = `${registry.url}${post.headers.get('location') ?? ''}`;

    await expect(fetch(location, { method: 'PATCH', body: text })).rejects.toThrow();

    await eventually(async () => {
      expect((await fetch(location)).headers.get('range')).toBe('0-4');
    });
  });

  it('loses the answer to what it did', async () => {
    await using registry = await startRegistry();
    registry.losesAnswers({ to: { method: 'POST', path: /uploads/ }, times: 1 });
    const layer = registry.holds(text);
    const other = { digest: layer.digest.replace(/.$/, '0') };

    const url = `${registry.url}/v2/app/blobs/uploads/?mount=${other.digest}`;

    await expect(fetch(url, { method: 'POST' })).rejects.toThrow();
    expect((await fetch(url, { method: 'POST' })).status).toBe(202);
  });

  it('sends clients elsewhere for blobs', async () => {
    await using cdn = await startRegistry();
    await using registry = await startRegistry();
    const layer = cdn.holds(text);
    registry.redirectsBlobsTo(cdn);

    expect(await bodyOf(`${registry.url}/v2/app/blobs/${layer.digest}`)).toBe(text);
  });
});

describe('letting clients in', () => {
  it('asks for a user name and password', async () => {
    await using registry = await startRegistry();
    registry.requiresBasic('test-user', 'test-password');
    const authorization = `Basic ${Buffer.from('test-user:test-password').toString('base64')}`;

    const without = await fetch(`${registry.url}/v2/`);

    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toBe('Basic realm="test registry"');
    expect((await fetch(`${registry.url}/v2/`, { headers: { authorization } })).status).toBe(200);
  });

  it('gives tokens that are good for what they were asked for, until they expire', async () => {
    await using registry = await startRegistry();
    const layer = registry.holds(text);
    const tokens = registry.requiresToken({ user: 'test-user', password: 'test-password' });
    const url = `${registry.url}/v2/app/blobs/${layer.digest}`;
    const basic = `Basic ${Buffer.from('test-user:test-password').toString('base64')}`;

    const challenge = (await fetch(url)).headers.get('www-authenticate');
    const answer = await fetch(`${registry.url}/token?scope=repository:app:pull`, {
      headers: { authorization: basic },
    });
    const { token } = (await answer.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };

    expect(challenge).toBe(
      `Bearer realm="${registry.url}/token",service="test registry",scope="repository:app:pull"`,
    );
    expect((await fetch(url, { headers })).status).toBe(200);
    const push = await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST', headers });
    expect(push.headers.get('www-authenticate')).toContain('insufficient_scope');
    tokens.expireTokens();
    expect((await fetch(url, { headers })).status).toBe(401);
    expect((await fetch(`${registry.url}/token?scope=repository:app:pull`)).status).toBe(401);
  });
});
