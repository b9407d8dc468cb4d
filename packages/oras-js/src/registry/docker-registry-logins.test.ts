/** Coming in to the reference registry: passwords and client certificates. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  expectRoundTrip,
  startDockerRegistry,
  tempDir,
  testCertificates,
} from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import type { ClientOptions } from './client-options.js';
import { RegistryClient } from './registry-client.js';

describeWith(
  ['docker-registry', 'htpasswd'],
  'logging in to the reference registry by password',
  () => {
    const htpasswd = { user: 'alice', password: 'test-only: pässword' };
    const as = (password: string): ClientOptions => ({
      credentials: () => Promise.resolve({ username: 'alice', password }),
    });

    it('stores and reads with the right one', async () => {
      await using server = await startDockerRegistry({ htpasswd });
      await expectRoundTrip(server.host, as(htpasswd.password));
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
    await using registry = await startDockerRegistry({
      tls: { ...server, ca, clientCa: ca, client },
    });
    await expectRoundTrip(registry.host, options);
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
