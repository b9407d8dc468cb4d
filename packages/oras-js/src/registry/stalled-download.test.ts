/** Reading from registries that fall silent or stumble. */
import { describe, expect, it } from '@jest/globals';
import { noise, startRegistry } from '@sallyport/testing';
import { readContent } from '../content/read-content.js';
import { RegistryClient } from './registry-client.js';
import type { RetryEvent } from '../http/retry-options.js';

const bytes = noise('stalled', 200_000);

describe('reading a blob from a registry that falls silent once', () => {
  for (const afterBytes of [0, 100_000, bytes.length - 1]) {
    it(`goes on where it was after ${afterBytes} bytes`, async () => {
      await using registry = await startRegistry();
      const blob = registry.holds(bytes);
      registry.stalls(blob, { afterBytes, times: 1 });
      const events: RetryEvent[] = [];
      await using client = new RegistryClient({
        timeouts: { idleMs: 400 },
        retry: { firstWaitMs: 1 },
        onRetry: (event) => events.push(event),
      });
      const read = await readContent(client.repository(registry.host, 'app'), blob);
      expect(read.equals(bytes)).toBe(true);
      expect(events[0]?.error.code).toBe('REGISTRY_TIMEOUT');
      const ranges = registry.requests.map(({ headers }) => headers.range).filter(Boolean);
      if (afterBytes > 0) expect(ranges[0]).toMatch(/^bytes=[1-9]\d*-199999$/);
    });
  }
});

describe('reading a blob from a registry that stumbles', () => {
  for (const status of [500, 502, 503, 504]) {
    it(`reads on after ${status}, and tells of each attempt`, async () => {
      await using registry = await startRegistry();
      const blob = registry.holds(bytes);
      registry.answers(status, { to: /^GET .*\/blobs\//, times: 2 });
      const events: RetryEvent[] = [];
      await using client = new RegistryClient({
        retry: { firstWaitMs: 1 },
        onRetry: (event) => events.push(event),
      });
      const read = await readContent(client.repository(registry.host, 'app'), blob);
      expect(read.equals(bytes)).toBe(true);
      expect(events.map(({ retry, error }) => [retry, error.status])).toEqual([
        [1, status],
        [2, status],
      ]);
    });
  }
});
