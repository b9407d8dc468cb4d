/** Tokens of the reference registry: who gets which, and what happens when they run out. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  noise,
  startDockerRegistry,
  startNginx,
  startTokenServer,
  tempDir,
  testCertificates,
  tinyImage,
  type DockerRegistry,
  type TokenServer,
} from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import type { OpenContent } from '../content/target.js';
import type { ClientOptions } from './client-options.js';
import { RegistryClient } from './registry-client.js';
import type { Repository } from './repository.js';

const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
const alice = { username: 'alice', password: 'test-only' };
const asAlice: ClientOptions = { credentials: () => Promise.resolve(alice) };

interface Scene {
  readonly registry: DockerRegistry;
  readonly tokens: TokenServer;
}

async function withTokens(lifetimeSeconds: number, act: (scene: Scene) => Promise<void>) {
  await using folder = await tempDir();
  const certificates = await testCertificates(folder.path);
  const { username: user, password } = alice;
  await using tokens = await startTokenServer({ certificates, user, password, lifetimeSeconds });
  await using registry = await startDockerRegistry({ token: tokens.forRegistry });
  await act({ registry, tokens });
}

async function tagsOf(repository: Repository): Promise<string[]> {
  const tags = [];
  for await (const tag of repository.tags()) tags.push(tag);
  return tags;
}

const programs = ['docker-registry', 'openssl'];

describeWith(programs, 'logging in to the reference registry by token', () => {
  it('gets tokens for exactly what it does, and renews none that is good', async () => {
    await withTokens(300, async ({ registry, tokens }) => {
      await using client = new RegistryClient(asAlice);
      const app = client.repository(registry.host, 'team/app');
      await image.pushTo(app, 'v1');
      for (const { content } of image.contents) await readContent(app, content);
      expect(await tagsOf(app)).toEqual(['v1']);
      const scopes = ['repository:team/app:pull', 'repository:team/app:pull,push'];
      expect([...tokens.asked].sort()).toEqual(scopes);
    });
  });

  it('reads without a name, and says that writing is refused', async () => {
    await withTokens(300, async ({ registry }) => {
      await using client = new RegistryClient(asAlice);
      await image.pushTo(client.repository(registry.host, 'app'), 'v1');
      await using stranger = new RegistryClient({ retry: { maxRetries: 0 } });
      const app = stranger.repository(registry.host, 'app');
      expect(await app.resolve('v1')).toEqual(image.root);
      expect(await readContent(app, image.root)).toHaveLength(image.root.size);
      const other = await tinyImage({ seed: 'other' });
      await expect(other.pushTo(app, 'v2')).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
        hint: expect.stringContaining('log in'),
      });
      expect(await tagsOf(app)).toEqual(['v1']);
    });
  });
});

// Short enough to wait for, and long enough for a busy machine to send one part within.
const shortLifetimeSeconds = 4;

/**
 * The first part, then nothing until the tokens of that time have run out, then the rest.
 *
 * Later tokens last, however slow the machine is and however often this is opened.
 */
function outliving(tokens: TokenServer, bytes: Buffer, firstBytes: number): OpenContent {
  let expired: Promise<void> | undefined;
  return async () =>
    (async function* () {
      yield bytes.subarray(0, firstBytes);
      expired ??= tokens.untilExpired();
      await expired;
      tokens.lifetimeSeconds = 300;
      yield bytes.subarray(firstBytes);
    })();
}

describeWith(programs, 'outliving a token of the reference registry', () => {
  const bytes = noise('long', 7_000_000);
  const blob = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };

  it('closes an upload with a new one', async () => {
    await withTokens(shortLifetimeSeconds, async ({ registry, tokens }) => {
      await using client = new RegistryClient({ ...asAlice, retry: { maxRetries: 0 } });
      const app = client.repository(registry.host, 'app');
      await app.push(blob, outliving(tokens, bytes, 1_000_000));
      expect(tokens.asked.length).toBeGreaterThan(1);
      expect(digestOf(await buffer(await app.fetch(blob)))).toBe(blob.digest);
    });
  });

  it('asks for one new token, however many wait for it', async () => {
    await withTokens(shortLifetimeSeconds, async ({ registry, tokens }) => {
      await using client = new RegistryClient(asAlice);
      const app = client.repository(registry.host, 'app');
      await image.pushTo(app, 'v1');
      await app.resolve('v1');
      await tokens.untilExpired();
      tokens.lifetimeSeconds = 300;
      const before = tokens.asked.length;
      await Promise.all(Array.from({ length: 50 }, () => app.resolve('v1')));
      expect(tokens.asked.length - before).toBe(1);
    });
  });
});

describeWith([...programs, 'nginx'], 'outliving a token between the parts of an upload', () => {
  it('goes on in the same session with a new one', async () => {
    await withTokens(shortLifetimeSeconds, async ({ registry, tokens }) => {
      await using proxy = await startNginx({
        upstream: registry.url,
        settings: { client_max_body_size: '4m' },
      });
      // The registry refuses the second part at once and hangs up; nginx makes a 502 of that.
      await using client = new RegistryClient({ ...asAlice, retry: { firstWaitMs: 1 } });
      const app = client.repository(proxy.host, 'app');
      const bytes = noise('parts', 7_000_000);
      const blob = { mediaType: 'application/x', digest: digestOf(bytes), size: bytes.length };
      await app.push(blob, outliving(tokens, bytes, 4_000_000));
      const log = await readFile(join(registry.folder, 'log.txt'), 'utf8');
      expect(log.match(/"POST [^"]*" 202/g)).toHaveLength(2);
      expect(digestOf(await buffer(await app.fetch(blob)))).toBe(blob.digest);
    });
  });
});
