import { describe, expect, it } from '@jest/globals';
import {
  eventually,
  expectNothingVisible,
  expectRefusal,
  openBundleScene,
  openDesk,
  startRegistry,
  tinyImage,
  type RunningProgram,
  type TestRegistry,
} from '@sallyport/testing';
import { access, readFile, writeFile } from 'node:fs/promises';
import { Interrupted } from './cli-context.js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const commandLine: Parameters<typeof openDesk>[0] = (args, world) =>
  runCommand('sallyport', allCommands, args, world);
const stops = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

/** A registry that stalls once in the middle of a layer, and a desk that can export from it. */
async function stallingSource() {
  const registry = await startRegistry();
  const desk = await openDesk(commandLine);
  const image = await tinyImage({ layerBytes: [50_000] });
  await image.pushTo(registry.store, 'app:1');
  const layer = image.contents[0]?.content ?? image.root;
  registry.stalls(layer, { afterBytes: 20_000, times: 1 });
  const exportTo = (output: string) => [
    ...['export', `${registry.host}/app:1`, '--output', output, '--key', desk.key],
  ];
  return {
    registry,
    desk,
    exportTo,
    hasStalled: () => {
      expect(registry.requests.map(({ path }) => path).join()).toContain(layer.digest);
    },
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
    },
  };
}

async function expectStopped(program: RunningProgram, exit: number): Promise<void> {
  const { code } = await program.ended;
  const { stdout, stderr } = program.said;
  expectRefusal(
    { code: code ?? -1, stdout: stdout.toString(), stderr },
    { exit, code: 'INTERRUPTED' },
  );
}

function uploadsTo({ requests }: TestRegistry): readonly string[] {
  return requests
    .filter(({ method, path }) => /^(?:PATCH|PUT)$/.test(method) && path.includes('/uploads/'))
    .map(({ path }) => path);
}

describe('stopping an export while a registry is silent', () => {
  it.each(stops)('leaves no file at %s, and can be run again', async (signal, exit) => {
    await using at = await stallingSource();
    const { desk, exportTo } = at;
    await using program = desk.start(exportTo('b.tar'));
    await eventually(async () => {
      at.hasStalled();
      await access(desk.path('b.tar.partial'));
    });

    program.send(signal);

    await expectStopped(program, exit);
    expect(await desk.files()).toEqual([]);
    await desk.runWell(exportTo(desk.path('b.tar')));
    await desk.runWell(['verify', desk.path('b.tar'), '--key', desk.pub]);
  });

  it.each(stops)('ends a stream unfinished at %s', async (signal, exit) => {
    await using at = await stallingSource();
    await using program = at.desk.start(at.exportTo('-'));
    await eventually(at.hasStalled);

    program.send(signal);

    expect(await program.ended).toEqual({ code: exit });
    const verify = ['verify', '-', '--key', at.desk.pub];
    const read = await at.desk.run(verify, { stdin: program.said.stdout });
    expectRefusal(read, { exit: 30, code: ['BUNDLE_TRUNCATED', 'BUNDLE_NOT_A_BUNDLE'] });
  });

  it('gives up waiting for the next attempt', async () => {
    await using registry = await startRegistry();
    await using desk = await openDesk(commandLine);
    registry.answers(503, { retryAfter: 50 });
    const output = desk.path('b.tar');
    await using program = desk.start([
      ...['export', `${registry.host}/app:1`, '--output', output, '--key', desk.key],
    ]);
    await eventually(() => {
      expect(program.said.stderr).toContain('trying again in');
    });

    program.send('SIGINT');

    await expectStopped(program, 130);
    expect(await desk.files()).toEqual([]);
  });

  it('is not held up by what a killed run left behind', async () => {
    await using at = await stallingSource();
    const { desk, exportTo } = at;
    await using program = desk.start(exportTo('b.tar'));
    await eventually(async () => {
      at.hasStalled();
      await access(desk.path('b.tar.partial'));
    });

    program.send('SIGKILL');
    await program.ended;

    expect(await desk.files()).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
    await desk.runWell(exportTo(desk.path('b.tar')));
    expect(await desk.files()).toEqual(['b.tar']);
    await desk.runWell(['verify', desk.path('b.tar'), '--key', desk.pub]);
  });
});

describe('stopping a verification', () => {
  it.each(stops)('ends at %s while a pipe is silent', async (signal, exit) => {
    const image = await tinyImage({ layerBytes: [1_000_000] });
    await using at = await openBundleScene(commandLine, { images: [{ image }] });
    await using program = at.desk.start(['verify', '-', '--key', at.trusted]);
    // More than a pipe holds, so that taking it all means that it was read.
    program.stdin.write(at.bundle.bytes.subarray(0, -1100));
    await eventually(() => {
      expect(program.stdin.writableLength).toBe(0);
    });

    program.send(signal);

    await expectStopped(program, exit);
  });

  it('ends before it has proven a file', async () => {
    await using at = await openBundleScene(commandLine);
    const file = at.desk.path('b.tar');
    await writeFile(file, at.bundle.bytes);

    const signal = AbortSignal.abort(new Interrupted('SIGINT'));
    const run = await at.desk.run(['verify', file, '--key', at.trusted], { signal });

    expectRefusal(run, { exit: 130, code: 'INTERRUPTED' });
  });
});

describe('stopping an import', () => {
  it.each(stops)('writes no tag at %s while the registry takes nothing', async (signal, exit) => {
    await using at = await openBundleScene(commandLine);
    const { registry, desk, bundle } = at;
    registry.stallsUploads({ afterBytes: 100, times: 1 });
    await writeFile(desk.path('b.tar'), bundle.bytes);
    const importing = ['import', desk.path('b.tar'), at.destination, '--key', at.trusted];
    await using program = desk.start(importing);
    await eventually(() => {
      expect(uploadsTo(registry).length).toBeGreaterThan(0);
    });

    program.send(signal);

    await expectStopped(program, exit);
    expectNothingVisible(registry);
    expect(await desk.files()).toEqual(['b.tar']);
    expect(await readFile(desk.path('b.tar'))).toEqual(bundle.bytes);
    await desk.runWell(importing);
  });

  it.each(stops)('writes no tag at %s while a pipe is silent', async (signal, exit) => {
    await using at = await openBundleScene(commandLine);
    const { registry, desk, bundle } = at;
    const importing = ['import', '-', at.destination, '--key', at.trusted];
    await using program = desk.start(importing);
    program.stdin.write(bundle.bytes.subarray(0, -1100));
    await eventually(() => {
      expect(uploadsTo(registry).length).toBeGreaterThan(0);
    });

    program.send(signal);

    await expectStopped(program, exit);
    expectNothingVisible(registry);
    await desk.runWell(importing, { stdin: bundle.bytes });
  });
});
