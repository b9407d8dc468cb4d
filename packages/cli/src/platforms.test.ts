import { describe, expect, it } from '@jest/globals';
import {
  expectNothingVisible,
  expectRefusal,
  openDesk,
  startRegistry,
  tinyImage,
  type Desk,
  type TestRegistry,
  type TinyImage,
} from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

interface Scene {
  readonly connected: TestRegistry;
  readonly offline: TestRegistry;
  readonly desk: Desk;
  readonly image: TinyImage;
}

async function withIndex(act: (scene: Scene) => Promise<void>): Promise<void> {
  await using connected = await startRegistry();
  await using offline = await startRegistry();
  await using desk = await openDesk((args, world) =>
    runCommand('sallyport', allCommands, args, world),
  );
  const image = await tinyImage({ platforms });
  await image.pushTo(connected.store, 'app:1');
  await act({ connected, offline, desk, image });
}

interface Listed {
  readonly images: readonly {
    readonly digest: string;
    readonly platforms: readonly { readonly platform: string }[];
  }[];
  readonly entries: readonly { readonly path: string }[];
}

async function exportOnly({ connected, desk }: Scene, ...wanted: readonly string[]) {
  const flags = wanted.flatMap((platform) => ['--platform', platform]);
  const { stdout } = await desk.runWell([
    ...['export', `${connected.host}/app:1`, '--output', desk.path('b.tar')],
    ...['--key', desk.key, '--json', ...flags],
  ]);
  return JSON.parse(stdout) as Listed;
}

function importing({ offline, desk }: Scene): readonly string[] {
  return ['import', desk.path('b.tar'), `${offline.host}/to`, '--key', desk.pub];
}

describe('choosing platforms of an index', () => {
  it.each([
    ['all by default', [], platforms],
    ['one', ['linux/arm64'], ['linux/arm64']],
    ['a variant', ['linux/arm/v7'], ['linux/arm/v7']],
    ['two', ['linux/arm64', 'linux/amd64'], ['linux/amd64', 'linux/arm64']],
  ])(
    'keeps the index byte for byte and lists who is carried: %s',
    async (_what, wanted, carried) => {
      await withIndex(async (scene) => {
        const { images, entries } = await exportOnly(scene, ...wanted);

        expect(images.map(({ digest }) => digest)).toEqual([scene.image.root.digest]);
        const listed = images.flatMap((image) => image.platforms.map(({ platform }) => platform));
        expect(listed.sort()).toEqual([...carried].sort());
        // The index, and of each platform a manifest, a config and a layer.
        const blobs = entries.filter(({ path }) => path.startsWith('blobs/'));
        expect(blobs).toHaveLength(1 + 3 * carried.length);
        await scene.desk.runWell(['verify', scene.desk.path('b.tar'), '--key', scene.desk.pub]);
      });
    },
  );

  it('offers those there are when the wanted one is missing', async () => {
    await withIndex(async ({ connected, desk }) => {
      const run = await desk.run([
        ...['export', `${connected.host}/app:1`, '--output', desk.path('b.tar')],
        ...['--key', desk.key, '--platform', 'linux/s390x'],
      ]);

      expectRefusal(run, { exit: 42, code: 'EXPORT_PLATFORM_NOT_FOUND' });
      expect(run.stderr).toContain(`found ${platforms.join(', ')}`);
      expect(await desk.files()).toEqual([]);
    });
  });
});

describe('importing an index of which some platforms are carried', () => {
  it('writes the index itself where the registry takes it', async () => {
    await withIndex(async (scene) => {
      await exportOnly(scene);

      await scene.desk.runWell(importing(scene));

      const { digest } = await scene.offline.store.resolve('to/app:1');
      expect(digest).toBe(scene.image.root.digest);
    });
  });

  it('writes the one platform where the registry refuses the index, and says so', async () => {
    await withIndex(async (scene) => {
      const listed = await exportOnly(scene, 'linux/arm64');

      const run = await scene.desk.runWell(importing(scene));
      const again = await scene.desk.runWell([...importing(scene), '--again']);

      const { digest } = await scene.offline.store.resolve('to/app:1');
      expect(listed.images[0]?.platforms).toEqual([{ digest, platform: 'linux/arm64' }]);
      for (const { stdout } of [run, again]) {
        expect(stdout).toContain(`the registry refused the index ${scene.image.root.digest}`);
      }
      expect(again.stdout).toContain('(unchanged)');
    });
  });

  it('writes no tag where the registry refuses the index and several are carried', async () => {
    await withIndex(async (scene) => {
      await exportOnly(scene, 'linux/arm64', 'linux/amd64');

      const run = await scene.desk.run(importing(scene));

      expectRefusal(run, { exit: 41, code: 'IMPORT_PARTIAL_INDEX_REFUSED' });
      expect(run.stderr).toContain('2 of 3 children');
      await expect(scene.offline.store.resolve('to/app:1')).rejects.toThrow();
      const tagged = scene.offline.requests.filter(({ path }) => path.endsWith('/manifests/1'));
      expectNothingVisible({ requests: tagged });
    });
  });
});
