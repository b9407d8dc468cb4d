import { describe, expect, it } from '@jest/globals';
import { openDesk, startRegistry, tinyImage } from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

describe('planning', () => {
  it('shows what an export would carry without downloading a layer', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const image = await tinyImage();
    await image.pushTo(registry.store, 'app:1');

    const { stdout } = await desk.runWell(['export', `${registry.host}/app:1`, '--plan', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({
      hosts: [registry.host],
      images: [{ digest: image.root.digest }],
    });
    const [layer] = image.contents;
    const asked = registry.requests.filter(({ path }) =>
      path.includes(layer?.content.digest ?? 'none'),
    );
    expect(asked).toEqual([]);
    expect(await desk.files()).toEqual([]);
  });

  it('shows what an import would write and writes nothing', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    const before = await (await tinyImage({ seed: 'before' })).pushTo(registry.store, 'to/app:1');
    const bundle = desk.path('b.tar');
    await desk.runWell(['export', `${registry.host}/app:1`, '-o', bundle, '-k', desk.key]);
    const asked = registry.requests.length;

    const { stdout } = await desk.runWell([
      ...['import', bundle, `${registry.host}/to`, '--key', desk.pub, '--dry-run'],
    ]);

    expect(stdout).toContain(`would write: ${registry.host}/to/app@`);
    expect(stdout).toContain(`:1 (was ${before.digest})`);
    const methods = registry.requests.slice(asked).map(({ method }) => method);
    expect(methods.every((method) => method === 'GET' || method === 'HEAD')).toBe(true);
    expect((await registry.store.resolve('to/app:1')).digest).toBe(before.digest);
  });
});
