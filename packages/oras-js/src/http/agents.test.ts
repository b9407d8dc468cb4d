/** Whom a connection trusts: TLS and client certificates. Needs openssl. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  describeWith,
  loggingIn,
  reply,
  startLoopbackServer,
  tagsAt,
  tagsPage,
  tempDir,
  testPems,
  type TestPems,
} from '@sallyport/testing';
import type { IncomingMessage } from 'node:http';
import type { ServerOptions } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { ClientOptions } from '../registry/client-options.js';
import { RegistryClient } from '../registry/registry-client.js';

let pems: TestPems;

async function pinging(options: () => ClientOptions, tls: () => ServerOptions) {
  await using server = await startLoopbackServer((_, response) => {
    reply(response, 200);
  }, tls());
  await using client = new RegistryClient({ retry: { maxRetries: 0 }, ...options() });
  const [result] = await Promise.allSettled([client.ping(server.host)]);
  return { result, seen: server.seen };
}

describeWith(['openssl'], 'talking TLS', () => {
  beforeAll(async () => {
    await using folder = await tempDir();
    pems = await testPems(folder.path);
  });

  it('trusts an authority that it was given', async () => {
    const { result } = await pinging(
      () => ({ ca: pems.ca }),
      () => pems.server,
    );
    expect(result.status).toBe('fulfilled');
  });

  it('trusts nobody else, and does not go on without TLS', async () => {
    const { result, seen } = await pinging(
      () => ({}),
      () => pems.server,
    );
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_TLS' } });
    expect(seen).toEqual([]);
  });

  it('does not look at the certificate where it was told so, and only there', async () => {
    const all = await pinging(
      () => ({ insecureSkipTlsVerify: ['*'] }),
      () => pems.server,
    );
    expect(all.result.status).toBe('fulfilled');
    const other = await pinging(
      () => ({ insecureSkipTlsVerify: ['other.test'] }),
      () => pems.server,
    );
    expect(other.result).toMatchObject({ reason: { code: 'REGISTRY_TLS' } });
  });

  it('shows its certificate to a registry that asks for one', async () => {
    const strict = () => ({ ...pems.server, ca: pems.ca, requestCert: true });
    const known = await pinging(() => ({ ca: pems.ca, clientCertificate: pems.client }), strict);
    expect(known.result.status).toBe('fulfilled');
    const unknown = await pinging(() => ({ ca: pems.ca }), strict);
    expect(unknown.result.status).toBe('rejected');
  });

  it('shows its certificate to the registry alone, not to the place that it redirects to', async () => {
    const asking = { ...pems.server, ca: pems.ca, requestCert: true, rejectUnauthorized: false };
    const shown: string[] = [];
    const noting = ({ socket }: IncomingMessage): void => {
      const { subject } = socket instanceof TLSSocket ? socket.getPeerCertificate() : {};
      shown.push(subject?.CN?.toString() ?? 'nobody');
    };
    await using storage = await startLoopbackServer((request, response) => {
      noting(request);
      reply(response, 200, {}, tagsPage);
    }, asking);
    await using server = await startLoopbackServer((request, response) => {
      noting(request);
      reply(response, 307, { Location: `${storage.url}/x` });
    }, asking);
    const options = { ca: pems.ca, clientCertificate: pems.client, plainHttp: [] };
    await using client = loggingIn(server.host, undefined, options);
    expect(await tagsAt(client, server.host)).toEqual(['v1']);
    expect(shown).toEqual(['test client', 'nobody']);
  });

  it('refuses TLS 1.1', async () => {
    const old = () => ({
      ...pems.server,
      minVersion: 'TLSv1' as const,
      maxVersion: 'TLSv1.1' as const,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const { result, seen } = await pinging(() => ({ ca: pems.ca }), old);
    expect(result).toMatchObject({
      reason: { code: 'REGISTRY_TLS', hint: expect.stringContaining('TLS 1.2') },
    });
    expect(seen).toEqual([]);
  });
});

describe('finding out whether a registry on this computer speaks TLS', () => {
  it('goes on in plain http where it does not', async () => {
    await using server = await startLoopbackServer((_, response) => {
      reply(response, 200);
    });
    await using client = new RegistryClient();
    await client.ping(server.host);
    expect(server.seen).toEqual(['GET /v2/']);
  });
});
