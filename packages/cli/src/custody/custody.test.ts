import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  openDesk,
  startRegistry,
  tinyImage,
  type Desk,
  type TestRegistry,
} from '@sallyport/testing';
import { existsSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { allCommands } from '../commands/all-commands.js';
import { runCommand } from '../run-command.js';

interface Scene {
  readonly desk: Desk;
  readonly source: TestRegistry;
  readonly destination: TestRegistry;
  readonly log: string;
  readonly entries: () => Promise<readonly Record<string, unknown>[]>;
}

async function inScene(act: (scene: Scene) => Promise<void>): Promise<void> {
  await using source = await startRegistry();
  await using destination = await startRegistry();
  await using desk = await openDesk((args, world) =>
    runCommand('sallyport', allCommands, args, world),
  );
  await (await tinyImage()).pushTo(source.store, 'app:1');
  const log = desk.path('.local/state/sallyport/log.jsonl');
  const entries = async () =>
    (await readFile(log, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await act({ desk, source, destination, log, entries });
}

function exporting({ desk, source }: Scene, ...more: readonly string[]): readonly string[] {
  const output = desk.path('b.tar');
  return ['export', `${source.host}/app:1`, '--output', output, '--key', desk.key, ...more];
}

function importing({ desk, destination }: Scene, ...more: readonly string[]): readonly string[] {
  return ['import', desk.path('b.tar'), `${destination.host}/in`, '--key', desk.pub, ...more];
}

describe('keeping the custody log', () => {
  it('records export, verification and import with what was carried, by whom and where to', async () => {
    await inScene(async (scene) => {
      const { desk, destination, entries } = scene;
      await desk.runWell(exporting(scene));
      const verified = await desk.runWell([
        'verify',
        desk.path('b.tar'),
        '--key',
        desk.pub,
        '--json',
      ]);
      await desk.runWell(importing(scene));

      const { bundle, sequence, signers } = JSON.parse(verified.stdout) as {
        bundle: string;
        sequence: number;
        signers: { fingerprint: string }[];
      };
      const carried = {
        outcome: 'success',
        host: 'test-host',
        file: desk.path('b.tar'),
        bundle,
        channel: 'default',
        sequence,
        keys: [signers[0]?.fingerprint],
        tool: expect.stringMatching(/^sallyport\/\d/),
      };
      expect(await entries()).toMatchObject([
        { ...carried, event: 'export' },
        { ...carried, event: 'verify' },
        { ...carried, event: 'import', outcome: 'started', destination: `${destination.host}/in` },
        { ...carried, event: 'import', started: 3, destination: `${destination.host}/in` },
      ]);
    });
  });

  it('records refusals with their code, and what was done only for show as such', async () => {
    await inScene(async (scene) => {
      const { desk, entries } = scene;
      await desk.runWell(exporting(scene));
      await desk.run(exporting(scene));
      await desk.runWell(['keygen', '--output', desk.path('other'), '--format', 'plain-pkcs8']);
      await desk.run(['verify', desk.path('b.tar'), '--key', desk.path('other.pub')]);
      await desk.runWell(importing(scene, '--dry-run'));

      expect(await entries()).toMatchObject([
        { outcome: 'success' },
        { event: 'export', outcome: 'failure', code: 'OUTPUT_EXISTS' },
        { event: 'verify', outcome: 'failure', code: 'SIGNATURE_UNKNOWN_KEY' },
        { event: 'import', outcome: 'success', dryRun: true },
      ]);
    });
  });

  it('records what was refused before the bundle was opened', async () => {
    await inScene(async (scene) => {
      const { desk, entries } = scene;
      await desk.run(['import', desk.path('b.tar'), 'registry.example.com/in']);
      await writeFile(desk.path('trust.json'), '{}', { mode: 0o666 });
      await chmod(desk.path('trust.json'), 0o666);
      await desk.run(['verify', desk.path('b.tar'), '--trust', desk.path('trust.json')]);

      expect(await entries()).toMatchObject([
        { event: 'import', outcome: 'failure', code: 'TRUST_EMPTY', file: desk.path('b.tar') },
        { event: 'verify', outcome: 'failure', code: 'TRUST_FILE_PERMISSIONS' },
      ]);
    });
  });

  it('records an interruption', async () => {
    await inScene(async (scene) => {
      const { desk, source, entries } = scene;
      const stop = new AbortController();
      source.stalls((await tinyImage()).contents[0]?.content ?? source.holds(''), {
        afterBytes: 10,
      });
      const running = desk.run(exporting(scene), { signal: stop.signal });
      while (!source.requests.some(({ path }) => path.includes('/blobs/')))
        await new Promise((resolve) => setImmediate(resolve));
      stop.abort(new Error('stopped'));
      await running;

      expect(await entries()).toMatchObject([{ outcome: 'failure', code: 'INTERRUPTED' }]);
    });
  });

  it('records neither a plan nor a command line that cannot be meant', async () => {
    await inScene(async (scene) => {
      const { desk, source, log } = scene;
      await desk.runWell(exporting(scene, '--plan'));
      await desk.run(['export', `${source.host}/app:1`]);

      expect(await readFile(log, 'utf8')).toBe('');
    });
  });

  it.each([
    ['--log', (file: string) => ({ args: ['--log', file], env: {} })],
    ['SALLYPORT_LOG', (file: string) => ({ args: [], env: { SALLYPORT_LOG: file } })],
    ['XDG_STATE_HOME', (file: string) => ({ args: [], env: { XDG_STATE_HOME: `${file}/..` } })],
  ])('writes where %s says', async (name, given) => {
    await inScene(async (scene) => {
      const { desk } = scene;
      const file = desk.path('custody.log');
      const { args, env } = given(file);
      if (name === 'XDG_STATE_HOME') await mkdir(file);
      await desk.runWell(exporting(scene, ...args), { env });

      const written = name === 'XDG_STATE_HOME' ? desk.path('sallyport/log.jsonl') : file;
      expect(await readFile(written, 'utf8')).toMatch(/^\{"line":1,/);
    });
  });
});

describe('running without a log that can be written', () => {
  it.each(['export', 'verify', 'import'])(
    'refuses to %s before anything happens',
    async (event) => {
      await inScene(async (scene) => {
        const { desk, source, destination } = scene;
        await desk.runWell(exporting(scene, '--log', desk.path('first.log')));
        await writeFile(desk.path('file'), '');
        const asked = source.requests.length;
        const lines = {
          export: [
            'export',
            `${source.host}/app:1`,
            '--output',
            desk.path('c.tar'),
            '-k',
            desk.key,
          ],
          verify: ['verify', desk.path('b.tar'), '--key', desk.pub],
          import: importing(scene),
        };

        const run = await desk.run([
          ...lines[event as keyof typeof lines],
          '--log',
          desk.path('file/log'),
        ]);

        expectRefusal(run, { exit: 50, code: 'LOG_UNWRITABLE' });
        expect([destination.requests, source.requests.length]).toEqual([[], asked]);
        expect(await desk.files()).toEqual(['b.tar', 'file', 'first.log']);
      });
    },
  );

  it('says so when the run is done and its line cannot be added any more', async () => {
    await inScene(async (scene) => {
      const { desk, log } = scene;
      const run = await desk.run(exporting(scene), {
        now: () => {
          // Read when the bundle is dated and again when the line is made.
          if (existsSync(desk.path('b.tar'))) writeFileSync(log, 'not a log\n');
          return new Date();
        },
      });

      expect(run).toMatchObject({ code: 50 });
      expect(run.stderr).toMatch(/the export is done, but could not be recorded \[LOG_INVALID\]/);
    });
  });

  it('reports the failure of the run itself, with a warning that the log does not have it', async () => {
    await inScene(async (scene) => {
      const { desk, log } = scene;
      await desk.runWell(exporting(scene));
      const run = await desk.run(exporting(scene), {
        now: () => {
          writeFileSync(log, 'not a log\n');
          return new Date();
        },
      });

      expectRefusal(
        { ...run, stderr: run.stderr.replace(/^warning.*\n/gm, '') },
        { exit: 2, code: 'OUTPUT_EXISTS' },
      );
      expect(run.stderr).toContain('warning: this run is NOT in the custody log');
    });
  });
});

describe('asking the custody log', () => {
  it('proves it, names its last hash, and says what that cannot notice', async () => {
    await inScene(async (scene) => {
      const { desk } = scene;
      await desk.runWell(exporting(scene));

      const { stdout } = await desk.runWell(['log', 'verify']);
      const [, last = ''] = /^last: +([a-f0-9]{64})$/m.exec(stdout) ?? [];
      expect(stdout).toContain('not checked: whether lines are missing at the end');

      await desk.runWell(importing(scene));
      const known = await desk.runWell(['log', 'verify', '--json', '--last', last]);
      expect(JSON.parse(known.stdout)).toMatchObject({ intact: true, lines: 3, knownLine: 1 });
    });
  });

  it('refuses one that was changed, and one that lost its end', async () => {
    await inScene(async (scene) => {
      const { desk, log } = scene;
      await desk.runWell(exporting(scene));
      await desk.runWell(importing(scene));
      const whole = await readFile(log, 'utf8');

      await writeFile(log, whole.replace('"export"', '"verify"'));
      const changed = await desk.run(['log', 'verify', '--json']);
      await writeFile(log, whole.slice(0, whole.indexOf('\n') + 1));
      const cut = await desk.run(['log', 'verify', '--last', 'a'.repeat(64)]);

      expectRefusal(changed, { exit: 30, code: 'LOG_BROKEN' });
      expect(changed.stderr).toContain('line 2: it does not continue line 1');
      expectRefusal(cut, { exit: 30, code: 'LOG_BROKEN' });
      expect(cut.stderr).toContain('cut off the end');
    });
  });

  it('shows it, one line a run, or as JSON', async () => {
    await inScene(async (scene) => {
      const { desk } = scene;
      await desk.runWell(exporting(scene));
      await desk.run(exporting(scene));

      const shown = await desk.runWell(['log', 'show']);
      const asJson = await desk.runWell(['log', 'show', '--json']);

      expect(shown.stdout).toMatch(/^1 {2}\S+ {2}export {2}success .*\n2 .*FAILED OUTPUT_EXISTS/);
      expect(shown.stdout).toMatch(/ {2}keys: [a-f0-9]{64} {2}/);
      expect(shown.stdout).toMatch(/OUTPUT_EXISTS {2}message: expected .* {2}file: /);
      expect(asJson.stdout.trimEnd().split('\n')).toHaveLength(2);
    });
  });

  it('names what began and has no end', async () => {
    await inScene(async (scene) => {
      const { desk, log } = scene;
      await desk.runWell(exporting(scene));
      await desk.runWell(importing(scene));
      const whole = await readFile(log, 'utf8');
      const note = 'note: what began in line 2 has no end: it runs still, or was killed';

      expect((await desk.runWell(['log', 'show'])).stdout).not.toContain('note:');
      await writeFile(log, whole.slice(0, whole.indexOf('{"line":3')));
      expect((await desk.runWell(['log', 'show'])).stdout).toContain(note);
      await desk.runWell(importing(scene, '--again'));
      expect((await desk.runWell(['log', 'show'])).stdout).toContain(note);
      await desk.runWell(['log', 'verify']);
    });
  });

  it('explains a log that is not there, and --last where it has no meaning', async () => {
    await inScene(async ({ desk }) => {
      expectRefusal(await desk.run(['log', 'verify']), { exit: 50, code: 'LOG_UNREADABLE' });
      expectRefusal(await desk.run(['log', 'show', '--last', 'a'.repeat(64)]), {
        exit: 2,
        code: 'USAGE_INVALID',
      });
      expectRefusal(await desk.run(['log', 'verify', '--last', 'abc']), {
        exit: 2,
        code: 'USAGE_INVALID',
      });
    });
  });
});
