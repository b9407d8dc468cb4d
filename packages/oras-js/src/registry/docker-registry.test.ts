/** The client against the reference registry, which other hands wrote. */
import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  noise,
  reply,
  startDockerRegistry,
  startLoopbackServer,
  tempDir,
  testCertificates,
  tinyImage,
  tinyReferrer,
  type DockerRegistryOptions,
} from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import type { ClientOptions } from './client-options.js';
import { RegistryClient } from './registry-client.js';

const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });

/** Pushes an index with two images, reads it back byte by byte, and lists its tag. */
async function roundTrip(options: ClientOptions, registry: DockerRegistryOptions): Promise<void> {
  await using server = await startDockerRegistry(registry);
  await using client = new RegistryClient({ retry: { maxRetries: 1 }, ...options });
  const app = client.repository(server.host, 'team/app');
  await image.pushTo(app, 'v1');
  expect(await app.resolve('v1')).toEqual(image.root);
  for (const { content, bytes } of image.contents) {
    expect((await readContent(app, content)).equals(bytes)).toBe(true);
  }
  const tags = [];
  for await (const tag of app.tags()) tags.push(tag);
  expect(tags).toEqual(['v1']);
}

describeWith(['docker-registry'], 'working with the reference registry', () => {
  it('stores an image and gives it back', async () => {
    await roundTrip({}, {});
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

describeWith(
  ['docker-registry', 'htpasswd'],
  'logging in to the reference registry by password',
  () => {
    const htpasswd = { user: 'alice', password: 'test-only: pässword' };
    const as = (password: string): ClientOptions => ({
      credentials: () => Promise.resolve({ username: 'alice', password }),
    });

    it('stores and reads with the right one', async () => {
      await roundTrip(as(htpasswd.password), { htpasswd });
    });

    it('tells a wrong one from none', async () => {
      await using server = await startDockerRegistry({ htpasswd });
      await using wrong = new RegistryClient(as('wrong'));
      await expect(wrong.ping(server.host)).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
        hint: expect.stringContaining('password'),
      });
      await using none = new RegistryClient();
      await expect(none.ping(server.host)).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
        hint: expect.stringContaining('log in'),
      });
    });
  },
);

describeWith(['docker-registry', 'openssl'], 'meeting the reference registry over TLS', () => {
  it('trusts the given authority and shows the client certificate', async () => {
    await using folder = await tempDir();
    const { ca, server, client } = await testCertificates(folder.path);
    const [cert, key] = await Promise.all(
      [client.certificate, client.key].map((file) => readFile(file, 'utf8')),
    );
    const options = {
      ca: await readFile(ca, 'utf8'),
      clientCertificate: { cert: cert ?? '', key: key ?? '' },
    };
    await roundTrip(options, { tls: { ...server, ca, clientCa: ca, client } });
  });

  it('says that a client certificate may be missing, never to do without TLS', async () => {
    await using folder = await tempDir();
    const { ca, server, client } = await testCertificates(folder.path);
    await using registry = await startDockerRegistry({
      tls: { ...server, ca, clientCa: ca, client },
    });
    await using stranger = new RegistryClient({
      ca: await readFile(ca, 'utf8'),
      retry: { maxRetries: 0 },
    });
    await expect(stranger.ping(registry.host)).rejects.toMatchObject({
      code: 'REGISTRY_TLS',
      hint: expect.stringContaining('client certificate'),
    });
  });
});

describe('naming the API host of Docker Hub', () => {
  it('asks registry-1.docker.io', async () => {
    await using proxy = await startLoopbackServer((_, response) => {
      reply(response, 200);
    });
    await using client = new RegistryClient({
      plainHttp: ['registry-1.docker.io'],
      proxy: { httpProxy: new URL(proxy.url) },
    });
    await client.ping('docker.io');
    expect(proxy.seen).toEqual(['GET http://registry-1.docker.io/v2/']);
  });
});
