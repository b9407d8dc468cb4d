/** Finding out what registries allow: those of other hands, a proxy with a limit, and a stand-in for a GitLab. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  sampleSite,
  startDockerRegistry,
  startGitlabRegistry,
  startNginx,
  tempDir,
  testCertificates,
  tinyImage,
} from '@sallyport/testing';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../content/digest.js';
import type { ExchangeNote } from '../http/with-exchanges.js';
import { RegistryClient } from './registry-client.js';

const { known } = sampleSite();

describeWith(['docker-registry'], 'trying an upload', () => {
  it('leaves nothing of it behind, with a body and without', async () => {
    await using registry = await startDockerRegistry();
    await using client = new RegistryClient();
    const probe = client.probe(registry.host, 'app');

    expect(await probe.tryUpload(0)).toEqual({ bodyRefusal: undefined, isCancelled: true });
    expect(await probe.tryUpload(100_000)).toEqual({ bodyRefusal: undefined, isCancelled: true });

    const files = await readdir(join(registry.folder, 'data'), { recursive: true });
    // It forgets an upload and its bytes, but for a note of how far it had hashed.
    expect(files.filter((file) => /\/(?:data|startedat|link)$/.test(file))).toEqual([]);
    const tags = client.repository(registry.host, 'app').tags();
    await expect(tags[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      serverCode: 'NAME_UNKNOWN',
    });
  });
});

describeWith(['docker-registry', 'nginx'], 'trying an upload behind a limit', () => {
  it('tells that the body was too large, and cancels all the same', async () => {
    await using registry = await startDockerRegistry();
    await using proxy = await startNginx({ upstream: registry.url });
    await using client = new RegistryClient();

    const trial = await client.probe(proxy.host, 'app').tryUpload(3_000_000);

    expect(trial).toMatchObject({ bodyRefusal: { status: 413 }, isCancelled: true });
  });
});

describeWith(['docker-registry', 'openssl'], 'watching the way to a registry', () => {
  it('tells of each host by the way to a blob, and of no secret', async () => {
    await using gitlab = await startGitlabRegistry({ site: sampleSite() });
    const seen: ExchangeNote[] = [];
    await using client = new RegistryClient({
      credentials: () => Promise.resolve(known.maintainer),
      onExchange: (exchange) => seen.push(exchange),
    });
    const image = await tinyImage();
    await image.pushTo(client.repository(gitlab.host, 'team/scanners'), 'v1');
    seen.splice(0);
    const [first] = image.contents;
    if (first === undefined) throw new Error('no content');

    await client.probe(gitlab.host, 'team/scanners').readFirstByte(first.content);

    const hosts = seen.map(({ url, shown, status }) => [new URL(url).host, shown, status]);
    expect(hosts).toEqual([
      [gitlab.gitlabHost, 'basic', 200],
      [gitlab.host, 'bearer', 307],
      [gitlab.storageHost, 'nothing', 206],
    ]);
    const text = JSON.stringify(seen);
    expect(text).not.toContain('signature');
    expect(text).not.toContain(known.maintainer.password);
    expect(await client.probe(gitlab.host, 'team/scanners').listsReferrers(digestOf(''))).toBe(
      false,
    );
  });

  it('tells by what TLS it is protected', async () => {
    await using folder = await tempDir();
    const { ca, server } = await testCertificates(folder.path);
    await using registry = await startDockerRegistry({ tls: { ...server, ca } });
    const seen: ExchangeNote[] = [];
    await using client = new RegistryClient({
      ca: await readFile(ca, 'utf8'),
      onExchange: (exchange) => seen.push(exchange),
    });

    await client.ping(registry.host);
    // Of these some resume the session of the first, and are shown no certificate.
    await Promise.all(Array.from({ length: 6 }, () => client.ping(registry.host)));

    expect(seen.at(-1)?.tls).toEqual({
      protocol: 'TLSv1.3',
      issuer: 'test authority',
      validToMs: expect.any(Number),
      isTrusted: true,
    });
  });

  it('tells of a request that got no answer', async () => {
    const seen: ExchangeNote[] = [];
    await using client = new RegistryClient({
      retry: { maxRetries: 0 },
      plainHttp: ['127.0.0.1:1'],
      onExchange: (exchange) => seen.push(exchange),
    });
    await expect(client.ping('127.0.0.1:1')).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    });
    expect(seen).toMatchObject([{ url: 'http://127.0.0.1:1/v2/', status: undefined }]);
  });
});
