/** Rights for a mount: both repositories are asked for, and without them the blob is sent. */
import { describe, expect, it } from '@jest/globals';
import { describeBytes, noise, openingPieces, startRegistry } from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import { RegistryClient } from './registry-client.js';

const bytes = noise('mounted', 200_000);
const blob = describeBytes(bytes);

describe('mounting a blob from a repository that we may read', () => {
  it('asks for both repositories with one token', async () => {
    await using registry = await startRegistry();
    registry.requiresToken();
    registry.holds(bytes);
    await using client = new RegistryClient({ retry: { maxRetries: 0 } });
    const app = client.repository(registry.host, 'app');
    await app.push(blob, openingPieces(bytes), { mountFrom: 'other', force: true });
    const opened = registry.requests.filter(({ method }) => method === 'POST');
    expect(opened.map(({ status }) => status)).toEqual([401, 201]);
  });
});

describe('mounting a blob from a repository that we may not read', () => {
  for (const [what, asked] of [
    ['gives no token at all', 'refuse all'],
    ['gives a token without it', 'give the rest'],
  ] as const) {
    it(`sends the blob where the token server ${what}`, async () => {
      await using registry = await startRegistry();
      registry.requiresToken({ secret: { repository: 'other', asked } });
      await using client = new RegistryClient({ retry: { maxRetries: 0 } });
      const app = client.repository(registry.host, 'app');
      await app.push(blob, openingPieces(bytes), { mountFrom: 'other' });
      expect(digestOf(await readContent(app, blob))).toBe(blob.digest);
      const tokens = registry.requests.filter(({ path }) => path.startsWith('/token'));
      expect(tokens.some(({ path }) => path.includes('repository%3Aother%3Apull'))).toBe(true);
      const opened = registry.requests.filter(({ method }) => method === 'POST').at(-1);
      expect(opened?.path).toBe('/v2/app/blobs/uploads/');
    });
  }
});
