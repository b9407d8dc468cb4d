import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  openDesk,
  startRegistry,
  tinyImage,
  type CapturedOptions,
  type Desk,
  type TestRegistry,
  type TinyImage,
} from '@sallyport/testing';
import type { Descriptor } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

/** Everything a case needs: a registry with one image of one layer, and a desk. */
interface Scene {
  readonly registry: TestRegistry;
  readonly desk: Desk;
  readonly image: TinyImage;
  readonly layer: Descriptor;
  readonly config: Descriptor;
}

async function exported(
  { registry, desk }: Scene,
  extra: readonly string[] = [],
  options?: CapturedOptions,
) {
  const args = ['export', `${registry.host}/app:1`, '--output', desk.path('b.tar')];
  return desk.run([...args, '--key', desk.key, '--retries', '1', ...extra], options);
}

async function inScene(act: (scene: Scene) => Promise<void>): Promise<void> {
  await using registry = await startRegistry();
  await using desk = await newDesk();
  const image = await tinyImage({ layerBytes: [3000] });
  await image.pushTo(registry.store, 'app:1');
  const [layer, config] = image.contents.map(({ content }) => content);
  if (layer === undefined || config === undefined) throw new Error('expected a layer and a config');
  await act({ registry, desk, image, layer, config });
}

type Break = (scene: Scene) => void;

const lies: readonly [what: string, exit: number, code: string, spoil: Break][] = [
  [
    'closes the connection in mid-layer, each time',
    20,
    'REGISTRY_UNREACHABLE',
    ({ registry, layer }) => {
      registry.closesDuring(layer, { afterBytes: 100 });
    },
  ],
  [
    'sends a layer of other bytes than the digest says',
    30,
    'CONTENT_DIGEST_MISMATCH',
    ({ registry, layer }) => {
      registry.sendsInstead(layer, Buffer.alloc(layer.size, 'x'));
    },
  ],
  [
    'sends a config of other bytes than the digest says',
    30,
    'CONTENT_DIGEST_MISMATCH',
    ({ registry, config }) => {
      registry.sendsInstead(config, Buffer.alloc(config.size, 'x'));
    },
  ],
  [
    'sends another manifest than the one it announced',
    30,
    'CONTENT_DIGEST_MISMATCH',
    ({ registry, image }) => {
      registry.sendsInstead(image.root, Buffer.alloc(image.root.size, ' '));
    },
  ],
  [
    'sends fewer bytes than the size of the layer',
    30,
    'CONTENT_SIZE_MISMATCH',
    ({ registry, layer }) => {
      registry.sendsShort(layer, 100);
    },
  ],
  [
    'sends more bytes than the size of the layer',
    30,
    'CONTENT_SIZE_MISMATCH',
    ({ registry, layer }) => {
      registry.sendsExtra(layer, 1);
    },
  ],
  [
    'has lost a layer',
    42,
    'CONTENT_NOT_FOUND',
    ({ registry, layer }) => {
      registry.answers(404, { to: { path: new RegExp(layer.digest) } });
    },
  ],
  [
    'asks for patience that nobody has',
    21,
    'REGISTRY_RATE_LIMITED',
    ({ registry }) => {
      registry.answers(429, { retryAfter: 7200 });
    },
  ],
  [
    'is out of order',
    20,
    'REGISTRY_UNAVAILABLE',
    ({ registry }) => {
      registry.answers(503, { retryAfter: 0 });
    },
  ],
  [
    'lets nobody read',
    41,
    'REGISTRY_DENIED',
    ({ registry }) => {
      registry.answers(403);
    },
  ],
];

describe('exporting from a registry that goes wrong', () => {
  it.each(lies)('gives one error and no file when it %s', async (_what, exit, code, spoil) => {
    await inScene(async (scene) => {
      spoil(scene);

      const run = await exported(scene);

      expectRefusal(run, { exit, code });
      expect(run.stderr).toMatch(/from (?:its|a) source registry/);
      expect(await scene.desk.files()).toEqual([]);
    });
  });

  it.each(lies)(
    'ends a stream that no reader accepts when it %s',
    async (_what, exit, code, spoil) => {
      await inScene(async (scene) => {
        spoil(scene);
        const { registry, desk } = scene;

        const args = ['export', `${registry.host}/app:1`, '--output', '-', '--key', desk.key];
        const run = await desk.run([...args, '--retries', '0']);
        const read = await desk.run(['verify', '-', '--key', desk.pub], { stdin: run.stdoutBytes });

        expectRefusal({ ...run, stdout: '' }, { exit, code });
        const codes = ['BUNDLE_TRUNCATED', 'BUNDLE_NOT_A_BUNDLE', 'CONTENT_DIGEST_MISMATCH'];
        expectRefusal(read, { exit: 30, code: codes });
      });
    },
  );

  it('goes on where it was when the connection breaks once', async () => {
    await inScene(async (scene) => {
      const { registry, desk, layer } = scene;
      registry.closesDuring(layer, { afterBytes: 100, times: 1 });

      const run = await exported(scene);

      expect(run).toMatchObject({ code: 0 });
      expect(run.stderr).toContain('trying again');
      expect(registry.requests.at(-1)?.headers.range).toBe(`bytes=100-${layer.size - 1}`);
      await desk.runWell(['verify', desk.path('b.tar'), '--key', desk.pub]);
    });
  });
});
