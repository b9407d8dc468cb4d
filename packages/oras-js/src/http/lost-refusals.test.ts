/** Registries that refuse a token before the body has arrived, and hang up: the refusal never arrives. */
import { describe, expect, it } from '@jest/globals';
import { describeBytes, json, noise, startRegistry, type TestRegistry } from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { mediaTypes } from '../content/media-types.js';
import { readContent } from '../content/read-content.js';
import type { OpenContent } from '../content/target.js';
import { RegistryClient } from '../registry/registry-client.js';

function patient(maxRetries: number): RegistryClient {
  return new RegistryClient({ retry: { firstWaitMs: 1, maxRetries } });
}

/** Takes the token away when the content is opened for the first time: the client does not know. */
function openingWithout(expireTokens: () => void, bytes: Uint8Array): OpenContent {
  let isFirst = true;
  return async () => {
    if (isFirst) expireTokens();
    isFirst = false;
    return (async function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    })();
  };
}

function sent({ requests }: TestRegistry, method: string): number {
  return requests.filter((request) => request.method === method).length;
}

describe('being refused without an answer', () => {
  it('gets another token for a manifest, and sends that once more', async () => {
    await using registry = await startRegistry();
    const gate = registry.requiresToken({ hangsUp: true });
    await using client = patient(4);
    const app = client.repository(registry.host, 'app');
    const mediaType = mediaTypes.ociIndex;
    const { content, bytes } = json(mediaType, { schemaVersion: 2, mediaType, manifests: [] });
    const open = openingWithout(() => {
      gate.expireTokens();
    }, bytes);
    await app.pushTagged(content, open, 'v1');
    expect(sent(registry, 'PUT')).toBe(2);
    expect(await readContent(app, await app.resolve('v1'))).toEqual(bytes);
  });

  it('gets another token for a blob, and sends that once more', async () => {
    await using registry = await startRegistry();
    const gate = registry.requiresToken({ hangsUp: true });
    await using client = patient(4);
    const app = client.repository(registry.host, 'app');
    const bytes = noise('refused', 3_000_000);
    const blob = describeBytes(bytes);
    const open = openingWithout(() => {
      gate.expireTokens();
    }, bytes);
    await app.push(blob, open);
    expect(sent(registry, 'PATCH')).toBe(2);
    const limitBytes = blob.size;
    expect(digestOf(await readContent(app, blob, { limitBytes }))).toBe(blob.digest);
  });

  it('asks for no other token where the connection broke for itself', async () => {
    await using registry = await startRegistry();
    registry.requiresToken();
    registry.breaksUploads({ afterBytes: 1000, times: 1 });
    await using client = patient(4);
    const bytes = noise('broken', 1_000_000);
    const open = openingWithout(() => undefined, bytes);
    await client.repository(registry.host, 'app').push(describeBytes(bytes), open);
    const asked = registry.requests.filter(({ path }) => path.startsWith('/token'));
    expect(asked).toHaveLength(1);
  });

  it('says that the connection broke when that is all there is', async () => {
    await using registry = await startRegistry();
    registry.requiresToken();
    registry.breaksUploads({ afterBytes: 1000 });
    await using client = patient(1);
    const bytes = noise('broken', 100_000);
    const open = openingWithout(() => undefined, bytes);
    const push = client.repository(registry.host, 'app').push(describeBytes(bytes), open);
    await expect(push).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });
});
