import { describe, expect, it } from '@jest/globals';
import { captureRun, expectRefusal, openDesk, type CapturedRun } from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { runCommand } from './run-command.js';
import { allCommands } from './commands/all-commands.js';
import { version } from './version.js';

async function say(...args: readonly string[]): Promise<CapturedRun> {
  return await captureRun((all, world) => runCommand('sallyport', allCommands, all, world), args);
}

describe('mistyping a command line', () => {
  it.each([
    ['exprt', /hint: Did you mean export\?/],
    ['export --out b.tar', /unknown option '--out'[^]*sallyport export --help/],
    ['export', /expected --output/],
    ['export --output b.tar', /expected --key/],
    ['export --concurrency 0 -o b', /whole number from 1 to 64/],
    ['export --sequence -1 -o b', /whole number/],
    ['export --expires tomorrow -o b -k k', /expected a time for --expires, found "tomorrow"/],
    ['export --annotation x -o b -k k', /expected --annotation name=text, found "x"/],
    ['export --platform linux -o b -k k', /\[PLATFORM_INVALID\]/],
    ['export Upper/Case -o b -k k', /\[REFERENCE_INVALID\]/],
    ['import a', /missing required argument 'registry\/prefix'/],
    ['import a https://registry.example.com/x', /expected REGISTRY\/PREFIX/],
    ['import a registry.example.com/x --map one', /expected FROM=TO/],
    ['serve a --listen 5000', /expected HOST:PORT/],
    ['keygen --format x', /Allowed choices are cosign/],
    ['verify a b', /too many arguments/],
  ])('explains: %s', async (line, explained) => {
    const run = await say(...line.split(' '));

    expectRefusal(run, {
      exit: 2,
      code: [
        'USAGE_INVALID',
        'PLATFORM_INVALID',
        'REFERENCE_INVALID',
        'IMPORT_DESTINATION_INVALID',
      ],
    });
    expect(run.stderr).toMatch(explained);
  });

  it('shows the help, as an error, when no command is named', async () => {
    const { code, stdout, stderr } = await say();

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: sallyport');
  });
});

describe('asking for help', () => {
  it.each([['--version'], ['--help'], ['help'], ['export', '--help'], ['help', 'import']])(
    'answers on standard output and succeeds: %s',
    async (...args) => {
      const { code, stdout, stderr } = await say(...args);

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(args[0] === '--version' ? `${version}\n` : /^Usage: sallyport/);
    },
  );
});

describe('setting options by the environment', () => {
  it('takes a value from SALLYPORT_ and the name of the option', async () => {
    await using desk = await openDesk((all, world) =>
      runCommand('sallyport', allCommands, all, world),
    );
    await writeFile(desk.path('b.tar'), 'not a bundle');

    const run = await desk.run(['verify', desk.path('b.tar')], {
      env: { SALLYPORT_KEY: `${desk.pub} ${desk.pub}.missing` },
    });

    expectRefusal(run, { exit: 50, code: 'KEY_UNREADABLE' });
    expect(run.stderr).toContain('desk.pub.missing');
  });

  it('prefers the command line', async () => {
    const command = (all: readonly string[], env: Record<string, string>) =>
      captureRun((args, world) => runCommand('sallyport', allCommands, args, world), all, { env });

    const serve = ['serve', 'none', '--key', 'none'];
    const env = { SALLYPORT_LISTEN: 'x' };
    const named = await command([...serve, '--listen', '127.0.0.1:0'], env);
    const unnamed = await command(serve, env);

    expectRefusal(named, { exit: 50, code: 'KEY_UNREADABLE' });
    expectRefusal(unnamed, { exit: 2, code: 'USAGE_INVALID' });
    expect(unnamed.stderr).toContain('SALLYPORT_LISTEN is "x"');
  });
});
