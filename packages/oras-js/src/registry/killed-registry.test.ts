/** The reference registry ends as in a power cut and comes back, at every moment of a transfer. */
import { expect, it } from '@jest/globals';
import {
  describeBytes,
  describeWith,
  noise,
  openingPieces,
  startDockerRegistry,
} from '@sallyport/testing';
import type { DockerRegistry } from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { RegistryClient } from './registry-client.js';

const bytes = noise('killed', 6_000_000);
const blob = describeBytes(bytes);
const pieceBytes = 250_000;

/** A client during whose first retry the registry comes back. */
function patientWith(registry: DockerRegistry) {
  let restarted: Promise<void> | undefined;
  const client = new RegistryClient({
    retry: { firstWaitMs: 100 },
    onRetry: () => {
      restarted ??= registry.restart();
    },
  });
  return { client, back: () => restarted };
}

/** How many uploads the registry closed, from its log of requests. */
async function commits(registry: DockerRegistry): Promise<number> {
  const log = await readFile(join(registry.folder, 'log.txt'), 'utf8');
  return [...log.matchAll(/"PUT [^"]*" 201/g)].length;
}

describeWith(['docker-registry'], 'sending while the registry is killed', () => {
  for (const [when, at] of [
    ['before the first byte', 0],
    ['in the middle', bytes.length / 2],
    ['before the closing request', bytes.length],
  ] as const) {
    it(`ends right when that is ${when}`, async () => {
      await using registry = await startDockerRegistry();
      const { client, back } = patientWith(registry);
      let opened = 0;
      let given = 0;
      const open = async () => {
        opened += 1;
        return (async function* () {
          for (let from = 0; from < bytes.length; from += pieceBytes) {
            if (opened === 1 && from === at) await registry.kill();
            given += pieceBytes;
            yield bytes.subarray(from, from + pieceBytes);
          }
          if (opened === 1 && at === bytes.length) await registry.kill();
        })();
      };
      const app = client.repository(registry.host, 'app');
      await app.push(blob, open);
      await back();
      expect(back()).toBeDefined();
      expect(await app.exists(blob)).toBe(true);
      expect(await commits(registry)).toBe(1);
      // Once more at most, and not a byte of a third time.
      expect(given).toBeLessThanOrEqual(2 * bytes.length);
      await client.close();
    });
  }
});

describeWith(['docker-registry'], 'reading while the registry is killed', () => {
  // More than the sockets between the two hold: what is in them arrives in spite of the kill.
  const large = Buffer.alloc(32_000_000, noise('large', 65_521));
  const content = describeBytes(large);

  for (const [when, isUnderWay] of [
    ['before the first byte', false],
    ['in the middle', true],
  ] as const) {
    it(`ends right when that is ${when}`, async () => {
      await using registry = await startDockerRegistry();
      const { client, back } = patientWith(registry);
      const app = client.repository(registry.host, 'app');
      await app.push(content, openingPieces(large));
      const hash = createHash('sha256');
      let received = 0;
      if (!isUnderWay) await registry.kill();
      for await (const chunk of await app.fetch(content)) {
        if (isUnderWay && received === 0) await registry.kill();
        received += chunk.byteLength;
        hash.update(chunk);
      }
      await back();
      expect(back()).toBeDefined();
      expect(received).toBe(large.length);
      expect(`sha256:${hash.digest('hex')}`).toBe(content.digest);
      await client.close();
    });
  }
});
