/** What registries want their users to know, on the way in and on the way out. */
import { describe, expect, it } from '@jest/globals';
import { openDesk, startRegistry, tinyImage } from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

describe('being warned by a registry', () => {
  it('prints each text once on standard error, and goes on', async () => {
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    await using registry = await startRegistry();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    registry.warns('this registry moves on Friday');
    const bundle = desk.path('b.tar');
    const { host } = registry;
    const said = `warning: ${host} says: this registry moves on Friday\n`;

    const from = ['export', `${host}/app:1`, '--output', bundle, '--key', desk.key];
    const exported = await desk.runWell(from);
    expect(exported.stderr.split(said)).toHaveLength(2);

    const to = ['import', bundle, `${host}/copy`, '--key', desk.pub];
    const imported = await desk.runWell(to);
    expect(imported.stderr.split(said)).toHaveLength(2);
    expect(exported.stdout + imported.stdout).not.toContain('moves on Friday');
  });
});
