import { expect, it } from '@jest/globals';
import { describeWith, skopeo, tempDir, tinyImage } from '@sallyport/testing';
import { MemoryStore, OciLayout } from 'oras-js';
import { serveRegistry } from './serve-registry.js';

const fromHere = ['--src-tls-verify=false'];
const toHere = ['--dest-tls-verify=false'];

describeWith(['skopeo'], 'pushing with skopeo', () => {
  it.each([
    { docker: false, platforms: ['linux/amd64'] },
    { docker: true, platforms: ['linux/amd64'] },
    { docker: false, platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] },
    { docker: true, platforms: ['linux/amd64', 'linux/arm64'] },
  ])('arrives with every digest unchanged: %j', async (options) => {
    await using folder = await tempDir();
    const image = await tinyImage({ ...options, layerBytes: [100, 3_000_000] });
    const source = new MemoryStore();
    await image.pushTo(source, 'namespace/app:v1');
    await using from = await serveRegistry({ store: source, readOnly: true });
    const destination = new OciLayout(folder.path);
    await using to = await serveRegistry({ store: destination });

    const copied = await skopeo([
      ...['copy', '--all', '--preserve-digests', ...fromHere, ...toHere],
      `docker://${from.host}/namespace/app:v1`,
      `docker://${to.host}/other/app:v2`,
    ]);

    expect(copied).toMatchObject({ code: 0 });
    expect(await destination.resolve('other/app:v2')).toEqual(image.root);
    for (const { content } of image.contents) expect(await destination.exists(content)).toBe(true);
  });
});

describeWith(['skopeo'], 'pulling with skopeo', () => {
  it('reads an index and its platforms from a registry that only serves', async () => {
    await using folder = await tempDir();
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    await image.pushTo(new OciLayout(`${folder.path}/served`), 'app:v1');
    await using registry = await serveRegistry({
      store: new OciLayout(`${folder.path}/served`),
      readOnly: true,
    });

    const copied = await skopeo([
      ...['copy', '--all', ...fromHere, `docker://${registry.host}/app:v1`],
      `oci:${folder.path}/pulled:v1`,
    ]);

    expect(copied).toMatchObject({ code: 0 });
    const pulled = new OciLayout(`${folder.path}/pulled`);
    expect((await pulled.resolve('v1')).digest).toBe(image.root.digest);
    for (const { content } of image.contents) expect(await pulled.exists(content)).toBe(true);
  });

  it('is let in with the right password only', async () => {
    const store = new MemoryStore();
    await (await tinyImage()).pushTo(store, 'app:v1');
    const credentials = { username: 'test-user', password: 'test-password' };
    await using registry = await serveRegistry({ store, readOnly: true, credentials });
    const inspect = (password: string) =>
      skopeo([
        ...['inspect', '--tls-verify=false', '--creds', `test-user:${password}`],
        `docker://${registry.host}/app:v1`,
      ]);

    expect(await inspect('wrong')).toMatchObject({ code: 1 });
    expect(await inspect('test-password')).toMatchObject({ code: 0 });
  });

  it('is told that a tag is not there, and lists those that are', async () => {
    const store = new MemoryStore();
    const image = await tinyImage();
    await image.pushTo(store, 'app:v1');
    await store.tag(image.root, 'app:latest');
    await using registry = await serveRegistry({ store, readOnly: true });

    const missing = await skopeo([
      ...['inspect', '--tls-verify=false', `docker://${registry.host}/app:v2`],
    ]);
    const listed = await skopeo([
      ...['list-tags', '--tls-verify=false', `docker://${registry.host}/app`],
    ]);

    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/manifest unknown/) as unknown,
    });
    expect(JSON.parse(listed.stdout)).toMatchObject({ Tags: ['latest', 'v1'] });
  });
});
