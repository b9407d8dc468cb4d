import { describe, expect, it } from '@jest/globals';
import { expectRefusal, openDesk, startRegistry, tinyImage } from '@sallyport/testing';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { digestOf } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

async function withBundle(act: (desk: Awaited<ReturnType<typeof openDesk>>) => Promise<void>) {
  await using registry = await startRegistry();
  await using desk = await openDesk((args, world) =>
    runCommand('sallyport', allCommands, args, world),
  );
  await (await tinyImage({ layerBytes: [5000] })).pushTo(registry.store, 'group/app:1');
  const name = `${registry.host}/group/app:1`;
  await desk.runWell(['export', name, '-o', desk.path('b.tar'), '-k', desk.key]);
  await act(desk);
}

describe('flattening a bundle from the command line', () => {
  it('writes proven files with their list, and records it', async () => {
    await withBundle(async (desk) => {
      const folder = desk.path('flat');
      const run = await desk.runWell([
        ...['flatten', desk.path('b.tar'), folder],
        ...['--key', desk.pub, '--json'],
      ]);

      const { files } = JSON.parse(run.stdout) as {
        files: { file: string; digest: string; images: string[] }[];
      };
      expect((await readdir(folder)).sort()).toEqual(
        ['flatten.json', ...files.map(({ file }) => file)].sort(),
      );
      for (const { file, digest, images } of files) {
        expect(digestOf(await readFile(`${folder}/${file}`))).toBe(digest);
        expect(images).toEqual(['group/app:1']);
      }
      const log = await readFile(desk.path('.local/state/sallyport/log.jsonl'), 'utf8');
      expect(JSON.parse(log.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
        event: 'flatten',
        outcome: 'success',
        destination: folder,
      });
    });
  });

  it('writes nothing of a bundle that nobody trusted has signed, or that was changed', async () => {
    await withBundle(async (desk) => {
      const flatten = ['flatten', desk.path('b.tar'), desk.path('flat')];
      expectRefusal(await desk.run(flatten), { exit: 31, code: 'TRUST_EMPTY' });

      const bytes = await readFile(desk.path('b.tar'));
      bytes[bytes.length - 2000] = (bytes[bytes.length - 2000] ?? 0) ^ 1;
      await writeFile(desk.path('b.tar'), bytes);
      const changed = await desk.run([...flatten, '--key', desk.pub]);

      expectRefusal(
        { ...changed, stderr: changed.stderr.replace(/^note: .*\n/gm, '') },
        { exit: 30, code: ['CONTENT_DIGEST_MISMATCH', 'BUNDLE_PADDING'] },
      );
      expect(await desk.files()).toEqual(['b.tar']);
    });
  });
});
