/** Servers and proxies that take a connection and then say nothing. */
import { describe, expect, it } from '@jest/globals';
import { startSilentServer } from '@sallyport/testing';
import { RegistryClient } from '../registry/registry-client.js';
import { Agents } from './agents.js';
import { nodeSend } from './node-send.js';
import { timeoutDefaults } from './timeouts.js';

describe('waiting for a connection', () => {
  it('gives up on a proxy that says nothing', async () => {
    await using silent = await startSilentServer();
    await using client = new RegistryClient({
      proxy: { httpsProxy: new URL(`http://127.0.0.1:${silent.port}`) },
      timeouts: { connectMs: 30 },
      retry: { maxRetries: 0 },
    });
    await expect(client.ping('registry.test')).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });

  it('gives up on a server that never finishes its TLS', async () => {
    await using silent = await startSilentServer();
    const agents = new Agents({ connectMs: 30 });
    const send = nodeSend({ agents, timeouts: timeoutDefaults, userAgent: 'test' });
    const url = new URL(`https://127.0.0.1:${silent.port}/v2/`);
    const asking = send({ method: 'GET', url, operation: 'asking' });
    await expect(asking).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });
});
