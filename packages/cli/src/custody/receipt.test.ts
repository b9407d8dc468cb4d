import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  openDesk,
  runProgram,
  startRegistry,
  tinyImage,
  type CapturedRun,
  type Desk,
  type TestRegistry,
} from '@sallyport/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { digestOf } from 'oras-js';
import { allCommands } from '../commands/all-commands.js';
import { runCommand } from '../run-command.js';

interface Scene {
  readonly desk: Desk;
  readonly destination: TestRegistry;
  readonly imported: (...more: readonly string[]) => Promise<CapturedRun>;
}

/** A desk with a bundle of one image of two layers, and a registry to import it into. */
async function inScene(act: (scene: Scene) => Promise<void>): Promise<void> {
  await using source = await startRegistry();
  await using destination = await startRegistry();
  await using desk = await openDesk((args, world) =>
    runCommand('sallyport', allCommands, args, world),
  );
  await (await tinyImage({ layerBytes: [2000, 500] })).pushTo(source.store, 'group/app:1');
  const bundle = desk.path('b.tar');
  await desk.runWell(['export', `${source.host}/group/app:1`, '-o', bundle, '-k', desk.key]);
  const line = ['import', bundle, `${destination.host}/in`, '--key', desk.pub];
  await act({ desk, destination, imported: (...more) => desk.run([...line, ...more]) });
}

async function jsonIn(file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
}

describe('asking for a receipt of an import', () => {
  it('names the bundle, each tag with what it was before, each blob, and what was not checked', async () => {
    await inScene(async ({ desk, destination, imported }) => {
      const other = await (
        await tinyImage({ seed: 'other' })
      ).pushTo(destination.store, 'in/app:1');
      const { root, contents } = await tinyImage({ layerBytes: [2000, 500] });
      const run = await imported('--receipt', desk.path('r.json'), '--json');

      expect(run.code).toBe(0);
      expect(await jsonIn(desk.path('r.json'))).toMatchObject({
        _type: 'application/vnd.sallyport.receipt.v1+json',
        host: 'test-host',
        tool: expect.stringMatching(/^sallyport\/\d/),
        started: expect.stringMatching(/^\d{4}-.*Z$/),
        finished: expect.stringMatching(/^\d{4}-.*Z$/),
        file: desk.path('b.tar'),
        bundle: { digest: (JSON.parse(run.stdout) as { bundle: string }).bundle, kind: 'full' },
        signers: [expect.stringMatching(/^[a-f0-9]{64}$/)],
        registry: destination.host,
        images: [
          {
            source: 'group/app',
            repository: 'in/app',
            digest: root.digest,
            tags: [{ tag: '1', before: other.digest, after: root.digest }],
          },
        ],
        blobs: expect.arrayContaining(
          contents.slice(0, 3).map(({ content }) => ({
            digest: content.digest,
            bytes: content.size,
            outcome: 'pushed',
          })),
        ),
        notChecked: [
          expect.stringMatching(/^who made .*\/group\/app:1/),
          expect.stringContaining('malware'),
        ],
      });
    });
  });

  it('puts its digest into the custody log', async () => {
    await inScene(async ({ desk, imported }) => {
      await imported('--receipt', desk.path('r.json'));

      const log = await readFile(desk.path('.local/state/sallyport/log.jsonl'), 'utf8');
      const last = JSON.parse(log.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
      expect(last['receipt']).toBe(digestOf(await readFile(desk.path('r.json'))));
    });
  });

  it('makes a page to print of the same facts', async () => {
    await inScene(async ({ desk, imported }) => {
      await imported('--receipt-html', desk.path('r.html'));

      const page = await readFile(desk.path('r.html'), 'utf8');
      expect(page).toContain((await tinyImage({ layerBytes: [2000, 500] })).root.digest);
      expect(page).toContain('was not there');
      expect(page).not.toMatch(/<script|src=|https?:/);
    });
  });

  it.each(['--receipt', '--receipt-html'])(
    'refuses before anything is pushed when the file of %s is there already',
    async (option) => {
      await inScene(async ({ desk, destination, imported }) => {
        await writeFile(desk.path('taken'), 'mine');

        expectRefusal(await imported(option, desk.path('taken')), {
          exit: 2,
          code: 'OUTPUT_EXISTS',
        });
        expect(destination.requests).toEqual([]);
        expect(await readFile(desk.path('taken'), 'utf8')).toBe('mine');
        expect(await desk.files()).toEqual(['b.tar', 'taken']);
      });
    },
  );

  it('leaves no receipt of an import that failed', async () => {
    await inScene(async ({ desk, destination, imported }) => {
      destination.answers(403, { to: /^PUT .*manifests/, times: Infinity });
      const files = ['--receipt', desk.path('r.json'), '--receipt-html', desk.path('r.html')];
      const run = await imported(...files, '--receipt-key', desk.key);

      expect(run.code).toBe(41);
      expect(await desk.files()).toEqual(['b.tar']);
    });
  });

  it('refuses a key without a receipt, and a receipt of an import that writes nothing', async () => {
    await inScene(async ({ desk, destination, imported }) => {
      const usage = { exit: 2, code: 'USAGE_INVALID' };
      expectRefusal(await imported('--receipt-key', desk.key), usage);
      expectRefusal(await imported('--receipt', desk.path('r.json'), '--dry-run'), usage);
      expectRefusal(await imported('--receipt', desk.path('r'), '--receipt-key', desk.pub), {
        exit: 31,
        code: 'KEY_WRONG_KIND',
      });
      expect(destination.requests).toEqual([]);
      expect(await desk.files()).toEqual(['b.tar']);
    });
  });
});

describeWith(['openssl'], 'signing a receipt', () => {
  it('makes a signature that openssl verifies, and refuses for a changed receipt', async () => {
    await inScene(async ({ desk, imported }) => {
      const receipt = desk.path('r.json');
      const run = await imported('--receipt', receipt, '--receipt-key', desk.key);
      expect(run.code).toBe(0);
      const verify = () =>
        runProgram('openssl', [
          ...['dgst', '-sha256', '-verify', desk.pub],
          ...['-signature', `${receipt}.sig`, receipt],
        ]);

      expect(await verify()).toMatchObject({ code: 0, stdout: 'Verified OK\n' });
      await writeFile(receipt, (await readFile(receipt, 'utf8')).replace('"full"', '"fu11"'));
      expect((await verify()).code).not.toBe(0);
    });
  });
});
