/** Where a registry's API is. */
import { describe, expect, it } from '@jest/globals';
import { reply, startLoopbackServer } from '@sallyport/testing';
import { RegistryClient } from './registry-client.js';

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
