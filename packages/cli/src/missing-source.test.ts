import { describe, expect, it } from '@jest/globals';
import { expectRefusal, freePort, openDesk, startRegistry, tinyImage } from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

describe('exporting what is not there', () => {
  it.each([
    ['a tag', (host: string) => `${host}/app:2`],
    ['a repository', (host: string) => `${host}/other/app:1`],
    ['a digest', (host: string) => `${host}/app@sha256:${'0'.repeat(64)}`],
  ])('names %s that is not found', async (_what, nameAt) => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    const name = nameAt(registry.host);

    const output = ['--output', desk.path('b.tar')];
    const run = await desk.run(['export', name, ...output, '--key', desk.key]);

    expectRefusal(run, { exit: 42, code: 'CONTENT_NOT_FOUND' });
    expect(run.stderr).toContain(`cannot read ${name} from its source registry`);
    expect(await desk.files()).toEqual([]);
  });

  it('names the platforms that there are', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');

    const run = await desk.run([
      ...['export', `${registry.host}/app:1`, '--output', desk.path('b.tar')],
      ...['--key', desk.key, '--platform', 'linux/s390x'],
    ]);

    expectRefusal(run, { exit: 42, code: 'EXPORT_PLATFORM_NOT_FOUND' });
    expect(run.stderr).toContain('for linux/s390x, found linux/amd64');
    expect(await desk.files()).toEqual([]);
  });

  it('says that nobody listens there', async () => {
    await using desk = await newDesk();
    const name = `127.0.0.1:${await freePort()}/app:1`;

    const output = ['--output', desk.path('b.tar')];
    const run = await desk.run(['export', name, ...output, '--key', desk.key, '--retries', '0']);

    expectRefusal(run, { exit: 20, code: 'REGISTRY_UNREACHABLE' });
    expect(await desk.files()).toEqual([]);
  });
});
