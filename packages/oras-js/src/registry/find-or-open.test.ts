/** How many requests it takes to find out that a blob is there, and that it is not. */
import { describe, expect, it } from '@jest/globals';
import {
  describeBytes,
  describeWith,
  noise,
  openingPieces,
  startDockerRegistry,
  startRegistry,
  type TestRegistry,
} from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { readContent } from '../content/read-content.js';
import { RegistryClient } from './registry-client.js';
import type { Repository } from './repository.js';

const sent = (name: string | number) => noise(`sent ${name}`, 100);

async function send(app: Repository, bytes: Buffer, options?: { force: boolean }): Promise<void> {
  await app.push(describeBytes(bytes), openingPieces(bytes), options);
}

/** What is asked, after as many blobs were sent as it takes to find out how to ask. */
async function asking(
  act: (app: Repository, registry: TestRegistry) => Promise<void>,
  prepare: (registry: TestRegistry) => void = () => undefined,
): Promise<readonly string[]> {
  await using registry = await startRegistry();
  await using client = new RegistryClient({ retry: { maxRetries: 0 } });
  const app = client.repository(registry.host, 'app');
  prepare(registry);
  for (const name of [1, 2, 3]) await send(app, sent(name));
  const before = registry.requests.length;
  await act(app, registry);
  return registry.requests.slice(before).map(({ method, status }) => `${method} ${status}`);
}

const mountsNothing = (registry: TestRegistry): void => {
  const headers = { Location: '/v2/app/blobs/uploads/never' };
  registry.answers(202, { to: /^POST .*mount=/, headers });
};

describe('a registry that mounts a blob from its own repository', () => {
  it('is asked once whether it does', async () => {
    await using registry = await startRegistry();
    await using client = new RegistryClient();
    const app = client.repository(registry.host, 'app');
    for (const name of [1, 2, 3, 4, 5]) await send(app, sent(name));
    const asked = registry.requests.map(({ method, path }) =>
      path.includes('mount=') ? 'mount' : method,
    );
    expect(asked).toEqual([
      ...['HEAD', 'POST', 'PUT'],
      ...['HEAD', 'POST', 'PUT'],
      ...['HEAD', 'POST', 'PUT', 'mount'],
      ...['mount', 'PUT'],
      ...['mount', 'PUT'],
    ]);
  });

  it('says in one request that a blob is there', async () => {
    expect(await asking((app) => send(app, sent(1)))).toEqual(['POST 201']);
  });

  it('opens the upload with the same request when it is not', async () => {
    let arrived = '';
    const asked = await asking(async (app) => {
      await send(app, sent('more'));
      arrived = digestOf(await readContent(app, describeBytes(sent('more'))));
    });
    expect(asked).toEqual(['POST 202', 'PUT 201', 'GET 200']);
    expect(arrived).toBe(digestOf(sent('more')));
  });

  it('is not believed when the blob has to be sent', async () => {
    const asked = await asking((app) => send(app, sent(1), { force: true }));
    expect(asked).toEqual(['POST 202', 'PUT 201']);
  });

  it('is asked in the usual way when it fails at that', async () => {
    const asked = await asking(async (app, registry) => {
      registry.answers(500, { to: /^POST .*mount=/, times: 1 });
      await send(app, sent(1));
    });
    expect(asked).toEqual(['POST 500', 'HEAD 200']);
  });
});

describe('a registry that mounts nothing', () => {
  it('is asked by HEAD, and nothing that is there is sent', async () => {
    expect(await asking((app) => send(app, sent(1)), mountsNothing)).toEqual(['HEAD 200']);
  });

  it('leaves no upload open that was only a question', async () => {
    await using registry = await startRegistry();
    await using client = new RegistryClient();
    mountsNothing(registry);
    const app = client.repository(registry.host, 'app');
    for (const name of [1, 2, 3]) await send(app, sent(name));
    const last = registry.requests.slice(-2).map(({ method, path }) => `${method} ${path}`);
    expect(last[0]).toContain('mount=');
    expect(last[1]).toBe('DELETE /v2/app/blobs/uploads/never');
  });
});

describeWith(['docker-registry'], 'the reference registry', () => {
  it('tells by a mount what is there', async () => {
    await using server = await startDockerRegistry();
    await using client = new RegistryClient();
    const app = client.repository(server.host, 'app');
    for (const name of [1, 2, 3, 4]) await send(app, sent(name));
    const never = () => Promise.reject(new Error('nothing has to be sent'));
    await app.push(describeBytes(sent(4)), never);
    for (const name of [1, 2, 3, 4]) {
      expect(digestOf(await readContent(app, describeBytes(sent(name))))).toBe(
        digestOf(sent(name)),
      );
    }
  });
});
