/** The client against the reference registry, which other hands wrote. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  expectRoundTrip,
  noise,
  startDockerRegistry,
  tinyImage,
  tinyReferrer,
} from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import { RegistryClient } from './registry-client.js';

const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });

describeWith(['docker-registry'], 'working with the reference registry', () => {
  it('stores an image and gives it back', async () => {
    await using server = await startDockerRegistry();
    await expectRoundTrip(server.host);
  });

  it('mounts, moves a tag, and knows what is not there', async () => {
    await using server = await startDockerRegistry();
    await using client = new RegistryClient();
    const [from, to] = [client.repository(server.host, 'a'), client.repository(server.host, 'b')];
    const bytes = noise('large', 9_000_000);
    const blob = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };
    const open = async () =>
      (async function* () {
        yield bytes;
      })();
    await from.push(blob, open);
    const never = () => Promise.reject(new Error('nothing has to be sent'));
    await to.push(blob, never, { mountFrom: 'a' });
    expect(await to.exists(blob)).toBe(true);
    const part = [];
    for await (const chunk of await to.fetch(blob, { start: 5_000_000, end: 5_000_100 }))
      part.push(chunk);
    expect(Buffer.concat(part).equals(bytes.subarray(5_000_000, 5_000_100))).toBe(true);
    await image.pushTo(to, 'v1');
    await to.tag(image.root, 'v2');
    expect(await to.resolve('v2')).toEqual(image.root);
    await expect(to.resolve('v3')).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND' });
    await expect(readContent(from, image.root)).rejects.toMatchObject({
      code: 'CONTENT_NOT_FOUND',
    });
  });

  it('stores nothing of content that is not what was promised', async () => {
    await using server = await startDockerRegistry();
    await using client = new RegistryClient();
    const app = client.repository(server.host, 'app');
    const content = { mediaType: 'application/x', digest: digestOf('right'), size: 5 };
    const open = async () =>
      (async function* () {
        yield Buffer.from('wrong');
      })();
    await expect(app.push(content, open)).rejects.toMatchObject({
      code: 'CONTENT_DIGEST_MISMATCH',
    });
    expect(await app.exists(content)).toBe(false);
  });

  it('says which manifest misses a part', async () => {
    await using server = await startDockerRegistry();
    await using client = new RegistryClient();
    const manifest = image.contents.find(({ content }) => content.mediaType.includes('manifest'));
    if (manifest === undefined) throw new Error('expected an image with a manifest');
    const open = async () =>
      (async function* () {
        yield manifest.bytes;
      })();
    const push = client.repository(server.host, 'app').push(manifest.content, open);
    await expect(push).rejects.toMatchObject({ code: 'REGISTRY_BLOB_UNKNOWN' });
  });

  it('keeps the list of referrers that the registry does not keep', async () => {
    await using server = await startDockerRegistry();
    await using client = new RegistryClient();
    const app = client.repository(server.host, 'app');
    await image.pushTo(app, 'v1');
    const referrer = tinyReferrer(image.root);
    await referrer.pushTo(app, 'signature');
    const found = [];
    for await (const each of app.referrers(image.root)) found.push(each.digest);
    expect(found).toEqual([referrer.root.digest]);
  });

  it('goes on after the registry was down in the middle', async () => {
    await using server = await startDockerRegistry();
    let restarted: Promise<void> | undefined;
    await using client = new RegistryClient({
      retry: { firstWaitMs: 200 },
      onRetry: () => {
        restarted ??= server.restart();
      },
    });
    const bytes = noise('slow', 3_000_000);
    const blob = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };
    const open = async () =>
      (async function* () {
        yield bytes.subarray(0, 1_500_000);
        if (restarted === undefined) await server.kill();
        yield bytes.subarray(1_500_000);
      })();
    await client.repository(server.host, 'app').push(blob, open);
    await restarted;
    expect(restarted).toBeDefined();
    expect(await client.repository(server.host, 'app').exists(blob)).toBe(true);
  });
});
