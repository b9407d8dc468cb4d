/** A proxy that takes no large bodies: nginx takes 1 MiB unless it is told otherwise. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  noise,
  startDockerRegistry,
  startNginx,
  type DockerRegistry,
} from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../content/digest.js';
import { RegistryClient } from './registry-client.js';

function blobOf(seed: string) {
  const bytes = noise(seed, 5_000_000);
  const content = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };
  const open = async () =>
    (async function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    })();
  return { content, open };
}

/** The requests that reached the registry, as in "PATCH 202". */
async function answered(registry: DockerRegistry): Promise<readonly string[]> {
  const log = await readFile(join(registry.folder, 'log.txt'), 'utf8');
  return [...log.matchAll(/"([A-Z]+) \/v2\/app\/[^"]*" (\d+)/g)].map(
    ([, method = '', status = '']) => `${method} ${status}`,
  );
}

describeWith(
  ['docker-registry', 'nginx'],
  'sending through a proxy that takes no large body',
  () => {
    for (const [limit, parts] of [
      ['4m', 2],
      ['1m', 6],
    ] as const) {
      it(`finds parts that pass a limit of ${limit}, and begins with them the next time`, async () => {
        await using registry = await startDockerRegistry();
        await using proxy = await startNginx({
          upstream: registry.url,
          settings: { client_max_body_size: limit },
        });
        await using client = new RegistryClient({ retry: { firstWaitMs: 1 } });
        const app = client.repository(proxy.host, 'app');
        const [one, two] = [blobOf('one'), blobOf('two')];
        await app.push(one.content, one.open);
        const before = (await answered(registry)).length;
        await app.push(two.content, two.open);
        expect((await answered(registry)).slice(before)).toEqual([
          'HEAD 404',
          'POST 202',
          ...Array.from({ length: parts }, () => 'PATCH 202'),
          'PUT 201',
        ]);
        for (const { content } of [one, two]) {
          expect(digestOf(await buffer(await app.fetch(content)))).toBe(content.digest);
        }
      });
    }

    it('says which limit to raise where nothing passes', async () => {
      await using registry = await startDockerRegistry();
      await using proxy = await startNginx({
        upstream: registry.url,
        settings: { client_max_body_size: '100k' },
      });
      await using client = new RegistryClient({ retry: { firstWaitMs: 1 } });
      const { content, open } = blobOf('one');
      await expect(client.repository(proxy.host, 'app').push(content, open)).rejects.toMatchObject({
        code: 'REGISTRY_TOO_LARGE',
        hint: expect.stringContaining('limit'),
      });
      expect(await answered(registry)).not.toContain('PATCH 202');
    });
  },
);
