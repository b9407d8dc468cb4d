import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  openDesk,
  startRegistry,
  tinyImage,
  type CapturedRun,
  type Desk,
  type TestRegistry,
} from '@sallyport/testing';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

// A fixed moment, so that two runs can be compared.
const env = { SOURCE_DATE_EPOCH: '1767323045' };

async function withImages(act: (registry: TestRegistry, desk: Desk) => Promise<void>) {
  await using registry = await startRegistry();
  await using desk = await openDesk((args, world) =>
    runCommand('sallyport', allCommands, args, world),
  );
  await (await tinyImage({ layerBytes: [100_000, 7] })).pushTo(registry.store, 'a/app:1');
  await (await tinyImage({ seed: 'b', docker: true })).pushTo(registry.store, 'b/app:1');
  await act(registry, desk);
}

function exporting({ host }: TestRegistry, { key }: Desk, output: string): string[] {
  return ['export', `${host}/a/app:1`, `${host}/b/app:1`, '--output', output, '--key', key];
}

/** A signature by ECDSA is another one each time; everything else has to be the same. */
function withoutSignature(bundle: Buffer): Buffer {
  const at = bundle.indexOf('{"mediaType":"application/vnd.dev.sigstore.bundle');
  return Buffer.concat([bundle.subarray(0, at), bundle.subarray(at + 2048)]);
}

describe('exporting into a pipe', () => {
  it('writes the bytes that the file would have, and the report elsewhere', async () => {
    await withImages(async (registry, desk) => {
      await desk.runWell(exporting(registry, desk, desk.path('b.tar')), { env });

      const piped = await desk.runWell(exporting(registry, desk, '-'), { env });

      const file = await readFile(desk.path('b.tar'));
      expect(withoutSignature(piped.stdoutBytes)).toEqual(withoutSignature(file));
      expect(piped.stderr).toContain('wrote standard output');
      await desk.runWell(['verify', '-', '--key', desk.pub], { stdin: piped.stdoutBytes });
    });
  });

  it('goes straight into an import by real pipes', async () => {
    await withImages(async (registry, desk) => {
      await using offline = await startRegistry();
      await using from = desk.start(exporting(registry, desk, '-'));
      const args = ['import', '-', `${offline.host}/to`, '--keep-path', '--key', desk.pub];
      await using to = desk.start(args);

      await from.ended;
      to.stdin.end(from.said.stdout);

      expect(await to.ended).toEqual({ code: 0 });
      const names = [];
      for await (const name of offline.store.tags()) names.push(name);
      expect(names.sort()).toEqual(['to/a/app:1', 'to/b/app:1']);
    });
  });

  it('ends as a failure when the reader goes away', async () => {
    await withImages(async (registry, desk) => {
      await using program = desk.start(exporting(registry, desk, '-'));
      program.stopReading();

      const { code } = await program.ended;

      expectRefusal(
        { code: code ?? -1, stdout: '', stderr: program.said.stderr },
        { exit: 50, code: 'OUTPUT_UNWRITABLE' },
      );
    });
  });
});

describe('reading from a pipe', () => {
  it('imports the same as from the file', async () => {
    await withImages(async (registry, desk) => {
      await using fromFile = await startRegistry();
      await using fromPipe = await startRegistry();
      const bundle = desk.path('b.tar');
      await desk.runWell(exporting(registry, desk, bundle), { env });
      const rest = ['--keep-path', '--key', desk.pub, '--json'];

      const file = await desk.runWell(['import', bundle, `${fromFile.host}/to`, ...rest]);
      const stdin = await readFile(bundle);
      // A memory of its own: each is the first import that it knows of.
      const forgetful = [...rest, '--state', desk.path('other-state')];
      const pipe = await desk.runWell(['import', '-', `${fromPipe.host}/to`, ...forgetful], {
        stdin,
      });

      const same = ({ stdout }: CapturedRun, { host }: TestRegistry): string =>
        stdout
          .replaceAll(host, 'HOST')
          .replace(/"(seconds|clockSkewSeconds)": -?[\d.]+/g, '"$1": TIME');
      expect(same(pipe, fromPipe)).toBe(same(file, fromFile));
    });
  });

  it('verifies while the writer is still writing', async () => {
    await withImages(async (registry, desk) => {
      const { stdoutBytes } = await desk.runWell(exporting(registry, desk, '-'), { env });
      await using program = desk.start(['verify', '-', '--key', desk.pub]);

      for (let at = 0; at < stdoutBytes.length; at += 5000) {
        const more = program.stdin.write(stdoutBytes.subarray(at, at + 5000));
        if (!more) await once(program.stdin, 'drain');
      }
      program.stdin.end();

      expect(await program.ended).toEqual({ code: 0 });
      expect(program.said.stdout.toString()).toContain('verified standard input');
    });
  });

  it('cannot be served from', async () => {
    await withImages(async (registry, desk) => {
      const { stdoutBytes: stdin } = await desk.runWell(exporting(registry, desk, '-'), { env });

      const run = await desk.run(['serve', '-', '--key', desk.pub], { stdin });

      expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
    });
  });
});
