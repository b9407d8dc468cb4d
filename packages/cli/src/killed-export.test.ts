/** An export that is killed, wherever it is, leaves no file that could be taken for a bundle. */
import { describe, expect, it } from '@jest/globals';
import { eventually, openDesk, startRegistry, tinyImage } from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

describe('killing an export', () => {
  it.each([
    ['while it reads the manifest', -1],
    ['while it reads the config', -2],
    ['while it reads the first layer', 0],
    ['while it reads the last layer', 1],
  ])('leaves nothing under the final name %s, and can be run again', async (_when, index) => {
    await using registry = await startRegistry();
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    const image = await tinyImage({ layerBytes: [2000, 3000] });
    await image.pushTo(registry.store, 'app:1');
    const content = image.contents.at(index)?.content ?? image.root;
    const asked = content.digest === image.root.digest ? '/manifests/1' : content.digest;
    registry.stalls(content, { afterBytes: 10, times: 1 });
    const exporting = ['export', `${registry.host}/app:1`, '-k', desk.key, '-o'];
    await using program = desk.start([...exporting, 'b.tar']);
    await eventually(() => {
      expect(registry.requests.filter(({ path }) => path.includes(asked))).not.toEqual([]);
    });

    program.send('SIGKILL');
    await program.ended;

    expect(await desk.files()).not.toContain('b.tar');
    await desk.runWell([...exporting, desk.path('b.tar')]);
    expect(await desk.files()).toEqual(['b.tar']);
    await desk.runWell(['verify', desk.path('b.tar'), '--key', desk.pub]);
  });
});
