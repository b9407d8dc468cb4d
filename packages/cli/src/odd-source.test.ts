/** Images that a registry has and that no bundle may carry: refused before a layer is read, with nothing written. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  expectRefusal,
  imageOf,
  openDesk,
  startRegistry,
  tinyImage,
} from '@sallyport/testing';
import { mediaTypes } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

describe('exporting an image that cannot be carried', () => {
  it.each<readonly [what: string, code: string, change: (json: string) => string]>([
    [
      'a layer by sha512',
      'DIGEST_UNSUPPORTED',
      (json) => json.replace(/("layers":\[\{.*?)sha256:\w*/, `$1sha512:${'0'.repeat(128)}`),
    ],
    [
      'a layer by md5',
      'DIGEST_UNSUPPORTED',
      (json) => json.replace(/("layers":\[\{.*?)sha256:\w*/, `$1md5:${'0'.repeat(32)}`),
    ],
    [
      'a layer to fetch from elsewhere',
      'MANIFEST_UNSUPPORTED',
      (json) => json.replace('"layers":[{', '"layers":[{"urls":["http://127.0.0.1:9/"],'),
    ],
    [
      'a config that embeds other content',
      'MANIFEST_INVALID',
      (json) => json.replace('"config":{', '"config":{"data":"b3RoZXI=",'),
    ],
    [
      'a manifest with a key twice',
      'MANIFEST_INVALID',
      (json) => json.replace(/\}$/, ',"layers":[]}'),
    ],
    [
      'a manifest that is an index, too',
      'MANIFEST_INVALID',
      (json) => json.replace(/\}$/, ',"manifests":[]}'),
    ],
    [
      'a million empty objects',
      'MANIFEST_INVALID',
      (json) => json.replace(/\}$/, `,"a":[${'{},'.repeat(1_000_000)}{}]}`),
    ],
  ])('refuses %s', async (_what, code, change) => {
    await using registry = await startRegistry();
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    const { contents } = await tinyImage();
    const bytes = Buffer.from(change(String(contents.at(-1)?.bytes)));
    const image = imageOf([...contents.slice(0, -1), contentOf(mediaTypes.ociManifest, bytes)]);
    await image.pushTo(registry.store, 'app:1');

    const source = `${registry.host}/app:1`;
    const file = await desk.run(['export', source, '-o', desk.path('b.tar'), '-k', desk.key]);
    const pipe = await desk.run(['export', source, '-o', '-', '-k', desk.key]);

    for (const run of [file, pipe]) expectRefusal(run, { exit: 30, code });
    expect(await desk.files()).toEqual([]);
    const layer = contents[0]?.content.digest ?? 'none';
    expect(registry.requests.filter(({ path }) => path.includes(layer))).toEqual([]);
  });
});
