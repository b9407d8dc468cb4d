import { describe, expect, it } from '@jest/globals';
import { openDesk, startRegistry, tinyImage } from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

describe('carrying several images and tags in one bundle', () => {
  it('carries shared content once and writes all names', async () => {
    await using connected = await startRegistry();
    await using offline = await startRegistry();
    await using desk = await newDesk();
    const [dast, other] = [await tinyImage(), await tinyImage({ seed: 'other' })];
    await dast.pushTo(connected.store, 'security-products/dast:6');
    await dast.pushTo(connected.store, 'security-products/dast:6.1.0');
    await dast.pushTo(connected.store, 'mirror/again:1');
    await other.pushTo(connected.store, 'team/other:1');
    const names = ['security-products/dast:6', 'security-products/dast:6.1.0', 'mirror/again:1'];
    const images = [...names, 'team/other:1'].map((name) => `${connected.host}/${name}`);
    const bundle = desk.path('b.tar');

    const exported = await desk.runWell([
      ...['export', ...images, '--output', bundle, '--key', desk.key, '--json'],
    ]);
    const to = `${offline.host}/namespace`;
    await desk.runWell(['import', bundle, to, '--key', desk.pub]);

    const { entries } = JSON.parse(exported.stdout) as { entries: readonly { path: string }[] };
    const blobs = entries.filter(({ path }) => path.startsWith('blobs/'));
    expect(blobs).toHaveLength(dast.contents.length + other.contents.length);
    for (const [name, image] of [
      ['dast:6', dast],
      ['dast:6.1.0', dast],
      ['again:1', dast],
      ['other:1', other],
    ] as const) {
      const { digest } = await offline.store.resolve(`namespace/${name}`);
      expect({ name, digest }).toEqual({ name, digest: image.root.digest });
    }
  });

  it('asks once for each name and once for each blob', async () => {
    await using connected = await startRegistry();
    await using desk = await newDesk();
    const [app, other] = [await tinyImage(), await tinyImage({ seed: 'other' })];
    await app.pushTo(connected.store, 'a/app:1');
    await app.pushTo(connected.store, 'a/again:1');
    await other.pushTo(connected.store, 'b/other:1');
    const names = ['a/app', 'a/again', 'b/other'];
    const images = names.map((name) => `${connected.host}/${name}:1`);

    await desk.runWell([
      ...['export', ...images, '--no-referrers', '--output', desk.path('b.tar')],
      ...['--key', desk.key],
    ]);

    const asked = connected.requests.map(
      ({ method, path }) => `${method} ${path.replace(/^.*blobs/, 'blobs')}`,
    );
    const blobs = [app, other].flatMap(({ root, contents }) =>
      contents.filter(({ content }) => content.digest !== root.digest),
    );
    expect(asked.sort()).toEqual(
      [
        ...names.map((name) => `GET /v2/${name}/manifests/1`),
        ...blobs.map(({ content }) => `GET blobs/${content.digest}`),
      ].sort(),
    );
  });

  it('asks before it writes two images under one name', async () => {
    await using connected = await startRegistry();
    await using offline = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(connected.store, 'a/app:1');
    await (await tinyImage({ seed: 'b' })).pushTo(connected.store, 'b/app:1');
    const images = ['a/app:1', 'b/app:1'].map((name) => `${connected.host}/${name}`);
    const bundle = desk.path('b.tar');
    await desk.runWell(['export', ...images, '--output', bundle, '--key', desk.key]);
    const importing = ['import', bundle, `${offline.host}/to`, '--key', desk.pub];

    const clash = await desk.run(importing);
    const sent = offline.requests.length;
    await desk.runWell([...importing, '--keep-path']);
    await desk.runWell([...importing, '--again', '--map', 'b/app=renamed/app']);

    expect(clash).toMatchObject({ code: 2, stdout: '' });
    expect(clash.stderr).toContain('[IMPORT_NAME_CONFLICT]');
    expect(sent).toBe(0);
    const names = [];
    for await (const name of offline.store.tags()) names.push(name);
    expect(names.sort()).toEqual(['to/a/app:1', 'to/app:1', 'to/b/app:1', 'to/renamed/app:1']);
  });
});
