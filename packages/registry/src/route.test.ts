import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ask, askRaw, refusalCode, tempDir, tinyImage } from '@sallyport/testing';
import { MemoryStore, OciLayout } from 'oras-js';
import { serveRegistry } from './serve-registry.js';

describe('being asked for what no registry has', () => {
  it.each([
    '/',
    '/etc/passwd',
    '/v2/_catalog',
    '/v2/../../etc/passwd',
    '/v2/app/blobs/../../../etc/passwd',
    '/v2/app/blobs/%2e%2e%2f%2e%2e%2fsecret',
    '/v2/%2e%2e/%2e%2e/blobs/secret',
    '/v2/app%2fother/tags/list',
    '/v2/app/manifests/..%2f..%2fsecret',
    '/v2/app/manifests/%00',
    '/v2/app/manifests/%ff',
    '/v2/app//tags/list',
    '/v2//tags/list',
    '/v2/UPPER/tags/list',
    `/v2/${'a/'.repeat(2_000)}tags/list`,
    `/v2/app/manifests/${'a'.repeat(5_000)}`,
    '/v2/app/blobs/uploads/../../../secret',
    '/v2/__proto__/tags/list',
    '/v2/app/tags/list/',
  ])('refuses %s', async (path) => {
    await using folder = await tempDir();
    await writeFile(join(folder.path, 'secret'), 'words that nobody may read');
    const store = new OciLayout(join(folder.path, 'layout'));
    await (await tinyImage()).pushTo(store, 'app:v1');
    await using registry = await serveRegistry({ store });

    const reply = await ask(registry, path);

    expect([400, 404]).toContain(reply.status);
    expect(refusalCode(reply)).toMatch(/^[A-Z_]+$/);
    expect(reply.body.toString()).not.toContain('nobody may read');
  });

  it.each(['/v2/group%2fapp/tags/list', '/v2/GROUP/app/tags/list', '/v2/group/-app/tags/list'])(
    'says that %s has no name in it',
    async (path) => {
      const store = new MemoryStore();
      await (await tinyImage()).pushTo(store, 'group/app:v1');
      await using registry = await serveRegistry({ store });

      const reply = await ask(registry, path);

      expect(reply).toMatchObject({ status: 400 });
      expect(refusalCode(reply)).toBe('NAME_INVALID');
    },
  );

  it('survives what is no HTTP at all', async () => {
    await using registry = await serveRegistry({ store: new MemoryStore() });

    const answer = await askRaw(registry, 'GET /v2/\0 HTTP/1.1\r\n\r\n');

    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(await ask(registry, '/v2/')).toMatchObject({ status: 200 });
  });

  it('does not tell strangers why it failed', async () => {
    await using folder = await tempDir();
    await mkdir(join(folder.path, 'index.json'));
    const errors: unknown[] = [];
    await using registry = await serveRegistry({
      store: new OciLayout(folder.path),
      readOnly: true,
      onRequest: ({ error }) => errors.push(error),
    });

    const reply = await ask(registry, '/v2/app/manifests/v1');
    await registry.close();

    expect(reply).toMatchObject({ status: 500 });
    expect(reply.body.toString()).not.toContain(folder.path);
    expect(errors).toEqual([expect.objectContaining({ code: 'STORAGE_FAILED' })]);
  });
});
