import { describe, expect, it } from '@jest/globals';
import { captureRun, type CapturedWorld } from '@sallyport/testing';
import { Command } from 'commander';
import { allCommands } from './commands/all-commands.js';
import type { MakeCommand } from './commands/make-command.js';
import { offlineCommands } from './commands/offline-commands.js';
import { runCommand } from './run-command.js';

/** Calls `use` with a world in which nothing happens. */
async function inWorld<Result>(use: (world: CapturedWorld) => Result | Promise<Result>) {
  let result: Result | undefined;
  await captureRun(async (_args, world) => {
    result = await use(world);
    return 0;
  }, []);
  return result as Result;
}

async function namesOf(commands: readonly MakeCommand[]): Promise<readonly string[]> {
  return inWorld((world) => commands.map((make) => make(world).name()));
}

async function helpOf(...args: readonly string[]): Promise<string> {
  const run = (all: readonly string[], world: CapturedWorld) =>
    runCommand('sallyport', allCommands, all, world);
  return (await captureRun(run, [...args, '--help'])).stdout;
}

/** Parses a command line without running its command; returns the name of the one it found. */
async function parse(words: readonly string[]): Promise<string | undefined> {
  return inWorld(async (world) => {
    let found: string | undefined;
    const program = new Command('sallyport').exitOverride();
    for (const make of allCommands) {
      const command = make(world).exitOverride();
      command.action(() => {
        found = command.name();
      });
      program.addCommand(command);
    }
    await program.parseAsync([...words], { from: 'user' });
    return found;
  });
}

describe('reading the help', () => {
  it('names every command on the first page', async () => {
    const help = await helpOf();

    for (const name of await namesOf(allCommands))
      expect(help).toMatch(new RegExp(`^ +${name} `, 'm'));
  });

  it('finds an example under every command that can be run as it stands', async () => {
    for (const name of await namesOf(allCommands)) {
      const examples = [...(await helpOf(name)).matchAll(/^ {2}sallyport (.+)$/gm)];

      expect({ name, examples: examples.length }).not.toEqual({ name, examples: 0 });
      for (const [, line = ''] of examples) expect(await parse(line.split(' '))).toBe(name);
    }
  });
});

describe('carrying the offline half alone', () => {
  it('has no command that downloads or signs', async () => {
    expect(await namesOf(offlineCommands)).toEqual([
      'verify',
      'inspect',
      'import',
      'serve',
      'registry',
      'flatten',
      'log',
    ]);
  });
});
