/** The client against a registry that lists referrers itself and cancels uploads: yet other hands. */
import { expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  ask,
  describeWith,
  expectRoundTrip,
  noise,
  openingPieces,
  startNginx,
  startZot,
  tinyImage,
  tinyReferrer,
  type Zot,
} from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { RegistryClient } from './registry-client.js';

const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
const bytes = noise('zot', 5_000_000);
const blob = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };
const open = openingPieces(bytes);

/** The sessions that are open, as the registry's own folder tells. */
async function openUploads(server: Zot, path: string): Promise<string[]> {
  return readdir(join(server.folder, 'data', path, '.uploads'));
}

describeWith(['zot'], 'working with zot', () => {
  it('stores an image, gives it back and lists its tags', async () => {
    await using server = await startZot();
    await expectRoundTrip(server.host);
  });

  it('mounts what is in another repository, and reads a part of it', async () => {
    await using server = await startZot();
    await using client = new RegistryClient();
    const [from, to] = [client.repository(server.host, 'a'), client.repository(server.host, 'b')];
    await from.push(blob, open);
    const never = () => Promise.reject(new Error('nothing has to be sent'));
    await to.push(blob, never, { mountFrom: 'a', force: true });
    expect(await to.exists(blob)).toBe(true);
    const part = await buffer(await to.fetch(blob, { start: 4_000_000, end: 4_000_100 }));
    expect(part.equals(bytes.subarray(4_000_000, 4_000_100))).toBe(true);
  });

  it('moves a tag, and knows what is not there', async () => {
    await using server = await startZot();
    await using client = new RegistryClient();
    const app = client.repository(server.host, 'app');
    await image.pushTo(app, 'v1');
    await app.tag(image.root, 'v2');
    expect(await app.resolve('v2')).toEqual(image.root);
    await expect(app.resolve('v3')).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
    expect(await app.exists(blob)).toBe(false);
  });

  it('leaves the list of referrers to the registry', async () => {
    await using server = await startZot();
    await using client = new RegistryClient();
    const app = client.repository(server.host, 'app');
    await image.pushTo(app, 'v1');
    const referrer = tinyReferrer(image.root);
    await referrer.pushTo(app, 'signature');
    const found = [];
    for await (const each of app.referrers(image.root)) found.push(each.digest);
    expect(found).toEqual([referrer.root.digest]);
    // A list of our own would be a tag named after the digest.
    const tags = [];
    for await (const tag of app.tags()) tags.push(tag);
    expect(tags.sort()).toEqual(['signature', 'v1']);
    const listed = await ask(server, `/v2/app/referrers/${image.root.digest}`);
    expect(listed.status).toBe(200);
  });

  it('cancels the upload of content that is not what was promised', async () => {
    await using server = await startZot();
    await using client = new RegistryClient();
    const app = client.repository(server.host, 'app');
    const content = { ...blob, digest: digestOf('something else') };
    await expect(app.push(content, open)).rejects.toMatchObject({
      code: 'CONTENT_DIGEST_MISMATCH',
    });
    expect(await app.exists(content)).toBe(false);
    expect(await openUploads(server, 'app')).toEqual([]);
  });
});

describeWith(['zot', 'nginx'], 'sending to zot in parts', () => {
  it.each(['4m', '1m'])('passes a proxy that takes %s at a time', async (limit) => {
    await using server = await startZot();
    await using proxy = await startNginx({
      upstream: server.url,
      settings: { client_max_body_size: limit },
    });
    await using client = new RegistryClient({ retry: { firstWaitMs: 1 } });
    const app = client.repository(proxy.host, 'app');
    await app.push(blob, open);
    expect((await buffer(await app.fetch(blob))).equals(bytes)).toBe(true);
  });
});
