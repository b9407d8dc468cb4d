/** The reference registry behind nginx: client certificates, buffered bodies, and pages of its own. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  describeWith,
  noise,
  reply,
  startDockerRegistry,
  startLoopbackServer,
  startNginx,
  tempDir,
  testCertificates,
  tinyImage,
  type DockerRegistry,
  type TempDir,
  type TestCertificates,
} from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import type { ClientOptions } from './client-options.js';
import { RegistryClient } from './registry-client.js';

const programs = ['docker-registry', 'nginx'];
const bytes = noise('large', 5_000_000);
const blob = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };

async function* inPieces(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
const open = () => Promise.resolve(inPieces());

/** Stores an image and a large blob in the registry at `host` and reads both back. */
async function roundTrip(host: string, options: ClientOptions): Promise<void> {
  await using client = new RegistryClient({ retry: { maxRetries: 0 }, ...options });
  const app = client.repository(host, 'team/app');
  const image = await tinyImage();
  await image.pushTo(app, 'v1');
  expect(await app.resolve('v1')).toEqual(image.root);
  for (const { content } of image.contents) await readContent(app, content);
  await app.push(blob, open);
  expect(digestOf(await buffer(await app.fetch(blob)))).toBe(blob.digest);
}

describeWith([...programs, 'openssl'], 'coming to a proxy that wants a client certificate', () => {
  let folder: TempDir;
  let registry: DockerRegistry;
  let certificates: TestCertificates;
  beforeAll(async () => {
    folder = await tempDir();
    certificates = await testCertificates(folder.path);
    registry = await startDockerRegistry();
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const proxyBefore = () => {
    const { ca, server } = certificates;
    return startNginx({
      upstream: registry.url,
      tls: { ...server, ca, clientCa: ca },
      settings: { client_max_body_size: '0' },
    });
  };
  const text = (file: string) => readFile(file, 'utf8');

  it('gets in with it', async () => {
    await using proxy = await proxyBefore();
    const { ca, client } = certificates;
    const clientCertificate = { cert: await text(client.certificate), key: await text(client.key) };
    await roundTrip(proxy.host, { ca: await text(ca), clientCertificate });
  });

  it('says what is missing without it', async () => {
    await using proxy = await proxyBefore();
    await using client = new RegistryClient({
      ca: await text(certificates.ca),
      retry: { maxRetries: 0 },
    });
    // nginx lets the connection come about and then answers 400, with a page that says why.
    const refusal = {
      code: 'REGISTRY_REFUSED',
      message: expect.stringContaining('No required SSL certificate was sent'),
      hint: expect.stringContaining('client certificate'),
    };
    await expect(client.ping(proxy.host)).rejects.toMatchObject(refusal);
    const push = client.repository(proxy.host, 'app').push(blob, open);
    await expect(push).rejects.toMatchObject(refusal);
  });
});

describeWith(programs, 'sending through a proxy', () => {
  for (const buffering of ['on', 'off']) {
    it(`works with proxy_request_buffering ${buffering}`, async () => {
      await using registry = await startDockerRegistry();
      await using proxy = await startNginx({
        upstream: registry.url,
        settings: {
          client_max_body_size: '0',
          proxy_request_buffering: buffering,
          proxy_buffering: buffering,
          proxy_http_version: '1.1',
        },
      });
      await roundTrip(proxy.host, {});
    });
  }
});

describeWith(programs, 'finding the registry behind a proxy down', () => {
  it('waits for it, and works when it is up again', async () => {
    await using registry = await startDockerRegistry();
    await using proxy = await startNginx({
      upstream: registry.url,
      settings: { client_max_body_size: '0' },
    });
    await registry.kill();
    const answers: (number | undefined)[] = [];
    let restarted: Promise<void> | undefined;
    const retry = { firstWaitMs: 100 };
    await using client = new RegistryClient({
      retry,
      onRetry: ({ error }) => {
        answers.push(error.status);
        restarted ??= registry.restart();
      },
    });
    await client.repository(proxy.host, 'app').push(blob, open);
    await restarted;
    expect(answers[0]).toBe(502);
    expect(await client.repository(proxy.host, 'app').exists(blob)).toBe(true);
  });

  it('says whose words they are when it stays down', async () => {
    await using registry = await startDockerRegistry();
    await using proxy = await startNginx({ upstream: registry.url });
    await registry.kill();
    await using client = new RegistryClient({ retry: { maxRetries: 1, firstWaitMs: 1 } });
    const read = readContent(client.repository(proxy.host, 'app'), blob, { limitBytes: blob.size });
    await expect(read).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      status: 502,
      serverMessage: expect.stringContaining('Bad Gateway'),
    });
  });

  it('asks again when it was too slow for the proxy', async () => {
    let isAwake = false;
    await using sleepy = await startLoopbackServer((_, response) => {
      if (isAwake) reply(response, 200);
      isAwake = true;
    });
    await using proxy = await startNginx({
      upstream: sleepy.url,
      settings: { proxy_read_timeout: '50ms', proxy_next_upstream: 'off' },
    });
    isAwake = false;
    const answers: (number | undefined)[] = [];
    await using client = new RegistryClient({
      retry: { firstWaitMs: 1 },
      onRetry: ({ error }) => answers.push(error.status),
    });
    await client.ping(proxy.host);
    expect(answers).toEqual([504]);
  });
});
