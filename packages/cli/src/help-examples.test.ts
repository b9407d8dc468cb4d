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

/** What can be run below a command, by the words that lead there. */
function leavesOf(command: Command, words: readonly string[]): readonly (readonly string[])[] {
  const own = [...words, command.name()];
  return command.commands.length === 0
    ? [own]
    : command.commands.flatMap((each) => leavesOf(each, own));
}

/** Has every command note that it was found in place of running. */
function disarm(
  command: Command,
  note: (words: readonly string[]) => void,
  words: readonly string[],
): void {
  const own = [...words, command.name()];
  command.exitOverride();
  for (const each of command.commands) disarm(each, note, own);
  if (command.commands.length > 0) return;
  command.action(() => {
    note(own);
  });
}

/** Parses a command line without running its command; returns the words of the one it found. */
async function parse(line: readonly string[]): Promise<readonly string[]> {
  return inWorld(async (world) => {
    let found: readonly string[] = [];
    const program = new Command('sallyport').exitOverride();
    for (const make of allCommands) {
      const command = make(world);
      disarm(command, (words) => (found = words), []);
      program.addCommand(command);
    }
    await program.parseAsync([...line], { from: 'user' });
    return found;
  });
}

/** As a shell takes a line apart, as far as examples go. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

describe('reading the help', () => {
  it('names every command on the first page', async () => {
    const help = await helpOf();

    for (const name of await namesOf(allCommands))
      expect(help).toMatch(new RegExp(`^ +${name} `, 'm'));
  });

  it('finds an example under every command that can be run as it stands', async () => {
    const leaves = await inWorld((world) =>
      allCommands.flatMap((make) => leavesOf(make(world), [])),
    );
    for (const leaf of leaves) {
      const examples = [...(await helpOf(...leaf)).matchAll(/^ {2}sallyport (.+)$/gm)];

      expect({ leaf, examples: examples.length }).not.toEqual({ leaf, examples: 0 });
      for (const [, line = ''] of examples) {
        expect({ line, found: await parse(words(line)) }).toEqual({ line, found: leaf });
      }
    }
  });
});

describe('carrying the offline half alone', () => {
  it('has no command that downloads or signs bundles', async () => {
    const connectedOnly = ['export', 'nightly', 'seal', 'keygen', 'digest', 'attach-signature'];

    const names = await namesOf(offlineCommands);

    expect(names).toEqual(expect.arrayContaining(['verify', 'inspect', 'import', 'serve']));
    expect(names.filter((name) => connectedOnly.includes(name))).toEqual([]);
  });
});
