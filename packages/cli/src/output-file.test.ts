import { describe, expect, it } from '@jest/globals';
import {
  available,
  eventually,
  expectRefusal,
  openDesk,
  runProgram,
  startRegistry,
  tinyImage,
  type Desk,
  type TestRegistry,
  type TinyImage,
} from '@sallyport/testing';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

interface Scene {
  readonly registry: TestRegistry;
  readonly desk: Desk;
  readonly image: TinyImage;
}

async function inScene(act: (scene: Scene) => Promise<void>): Promise<void> {
  await using registry = await startRegistry();
  await using desk = await newDesk();
  const image = await tinyImage({ layerBytes: [1_000_000, 10] });
  await image.pushTo(registry.store, 'app:1');
  await act({ registry, desk, image });
}

function exporting({ registry, desk }: Scene, output: string): readonly string[] {
  return ['export', `${registry.host}/app:1`, '--output', output, '--key', desk.key];
}

/** A disk of two megabytes, which only an administrator can make. */
async function withSmallDisk(act: (folder: string, scene: Scene) => Promise<void>): Promise<void> {
  await inScene(async (scene) => {
    const folder = scene.desk.path('desk.disk');
    await mkdir(folder);
    const options = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder];
    expect(await runProgram('mount', options)).toMatchObject({ code: 0 });
    try {
      await act(folder, scene);
    } finally {
      await runProgram('umount', [folder]);
    }
  });
}

describe('writing a bundle where something is', () => {
  it('keeps the file that is there, and asks the registry for nothing', async () => {
    await inScene(async (scene) => {
      const { desk, registry } = scene;
      await writeFile(desk.path('b.tar'), 'precious');

      const run = await desk.run(exporting(scene, desk.path('b.tar')));

      expectRefusal(run, { exit: 2, code: 'OUTPUT_EXISTS' });
      expect(await readFile(desk.path('b.tar'), 'utf8')).toBe('precious');
      expect(await desk.files()).toEqual(['b.tar']);
      expect(registry.requests).toEqual([]);
    });
  });

  it('takes an empty name for none, and asks the registry for nothing', async () => {
    await inScene(async (scene) => {
      const { desk, registry } = scene;

      const run = await desk.run(exporting(scene, ''));

      expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
      expect(registry.requests).toEqual([]);
    });
  });

  it('does not write through a link that leads nowhere', async () => {
    await inScene(async (scene) => {
      const { desk } = scene;
      await symlink(desk.path('elsewhere'), desk.path('b.tar'));

      const run = await desk.run(exporting(scene, desk.path('b.tar')));

      expectRefusal(run, { exit: 2, code: 'OUTPUT_EXISTS' });
      expect(await desk.files()).toEqual(['b.tar']);
    });
  });

  it('says that the folder is not there', async () => {
    await inScene(async (scene) => {
      const run = await scene.desk.run(exporting(scene, scene.desk.path('none/b.tar')));

      expectRefusal(run, { exit: 50, code: 'OUTPUT_UNWRITABLE' });
      expect(await scene.desk.files()).toEqual([]);
    });
  });
});

const canMount = process.getuid?.() === 0 && available('mount');

(canMount ? describe : describe.skip)('writing a bundle to a full disk (needs root)', () => {
  it('says how much is missing before it downloads a layer', async () => {
    await withSmallDisk(async (folder, scene) => {
      const { registry, desk, image } = scene;
      await writeFile(join(folder, 'other'), Buffer.alloc(1_500_000));

      const run = await desk.run(exporting(scene, join(folder, 'b.tar')));

      expectRefusal(run, { exit: 50, code: 'OUTPUT_NO_SPACE' });
      expect(await readdir(folder)).toEqual(['other']);
      const layer = image.contents[0]?.content.digest ?? 'none';
      expect(registry.requests.filter(({ path }) => path.includes(layer))).toEqual([]);
    });
  });

  it('leaves nothing when somebody else fills the disk meanwhile', async () => {
    await withSmallDisk(async (folder, scene) => {
      const { registry, desk, image } = scene;
      const layer = image.contents[0]?.content.digest ?? 'none';
      registry.answers(503, { to: { path: new RegExp(layer) }, times: 1, retryAfter: 1 });

      const running = desk.run(exporting(scene, join(folder, 'b.tar')));
      await eventually(async () => {
        expect(await readdir(folder)).toContain('b.tar.partial');
        expect(registry.requests.map(({ path }) => path).join()).toContain(layer);
      });
      await writeFile(join(folder, 'other'), Buffer.alloc(1_900_000));
      const run = await running;

      expectRefusal(run, { exit: 50, code: 'OUTPUT_NO_SPACE' });
      expect(await readdir(folder)).toEqual(['other']);
    });
  });
});
