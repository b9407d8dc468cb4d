import { expect, it } from '@jest/globals';
import {
  describeWith,
  openDesk,
  skopeo,
  startDockerRegistry,
  startRegistry,
  tinyImage,
  type TinyImage,
} from '@sallyport/testing';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isManifestType } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

/** Where skopeo's `dir:` keeps a content: the root by a name of its own, the rest by digest. */
function filesOf({ root, contents }: TinyImage): readonly (readonly [string, Buffer])[] {
  return contents.map(({ content, bytes }) => {
    const [, hex = ''] = content.digest.split(':');
    if (content.digest === root.digest) return ['manifest.json', bytes];
    return [isManifestType(content.mediaType) ? `${hex}.manifest.json` : hex, bytes];
  });
}

async function writeDir(folder: string, image: TinyImage): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'version'), 'Directory Transport Version: 1.1\n');
  for (const [name, bytes] of filesOf(image)) await writeFile(join(folder, name), bytes);
}

async function expectSame(folder: string, image: TinyImage): Promise<void> {
  for (const [name, bytes] of filesOf(image)) {
    expect(await readFile(join(folder, name))).toEqual(bytes);
  }
}

const copying = ['copy', '--all', '--preserve-digests', '--src-tls-verify=false'];

describeWith(['docker-registry', 'skopeo'], 'carrying an image across the gap', () => {
  it.each([
    ['OCI', {}],
    ['Docker', { docker: true }],
    ['an OCI index', { platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] }],
    ['a Docker list', { docker: true, platforms: ['linux/amd64', 'linux/arm64'] }],
  ])('keeps every byte between two registries of other hands: %s', async (_what, options) => {
    await using connected = await startDockerRegistry();
    await using offline = await startDockerRegistry();
    await using desk = await newDesk();
    const image = await tinyImage({ layerBytes: [5000, 0, 300], ...options });
    await writeDir(desk.path('in'), image);
    const name = `${connected.host}/security-products/dast:6`;
    const bundle = desk.path('dast.sallyport.tar');
    const pushed = await skopeo([
      ...[...copying, '--dest-tls-verify=false', `dir:${desk.path('in')}`, `docker://${name}`],
    ]);

    await desk.runWell(['export', name, '--output', bundle, '--key', desk.key]);
    await desk.runWell(['verify', bundle, '--key', desk.pub]);
    const { stdout } = await desk.runWell(['inspect', bundle, '--json']);
    const imported = await desk.runWell([
      ...['import', bundle, `${offline.host}/namespace`, '--key', desk.pub],
    ]);
    const pulled = await skopeo([
      ...[...copying, `docker://${offline.host}/namespace/dast:6`, `dir:${desk.path('out')}`],
    ]);

    expect({ pushed, pulled }).toMatchObject({ pushed: { code: 0 }, pulled: { code: 0 } });
    await expectSame(desk.path('out'), image);
    const { images } = JSON.parse(stdout) as { images: readonly unknown[] };
    expect(images).toMatchObject([{ digest: image.root.digest, tags: ['6'] }]);
    expect(imported.stdout).toContain(`SECURE_ANALYZERS_PREFIX: "${offline.host}/namespace"`);
  });

  it('is a layout that skopeo reads without us', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const image = await tinyImage({ layerBytes: [5000, 300] });
    await image.pushTo(registry.store, 'app:1');
    const bundle = desk.path('b.tar');
    await desk.runWell(['export', `${registry.host}/app:1`, '-o', bundle, '-k', desk.key]);

    const layout = await skopeo(['copy', `oci-archive:${bundle}`, `dir:${desk.path('out')}`]);
    const docker = await skopeo(['inspect', `docker-archive:${bundle}`]);

    expect({ layout, docker }).toMatchObject({ layout: { code: 0 }, docker: { code: 0 } });
    await expectSame(desk.path('out'), image);
  });
});
