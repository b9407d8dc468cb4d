import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  openDesk,
  startRegistry,
  tinyImage,
  type Desk,
  type TestRegistry,
} from '@sallyport/testing';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { offlineCommands } from './commands/offline-commands.js';
import { runCommand } from './run-command.js';

/** Everything here is there on the offline side; only the key that a desk begins with is not made there. */
const newDesk = () =>
  openDesk((args, world) =>
    runCommand('sallyport', args[0] === 'keygen' ? allCommands : offlineCommands, args, world),
  );

const dast = 'registry.example.com:5000/namespace/dast:6';

interface Site {
  readonly desk: Desk;
  readonly destination: TestRegistry;
  readonly bundle: string;
}

/** A site with a bundle of DAST. */
async function atSite(act: (site: Site) => Promise<void>): Promise<void> {
  await using source = await startRegistry();
  await using destination = await startRegistry();
  await using desk = await openDesk((args, world) =>
    runCommand('sallyport', allCommands, args, world),
  );
  await (await tinyImage({})).pushTo(source.store, 'security-products/dast:6');
  const bundle = desk.path('b.tar');
  await desk.runWell([
    ...['export', `${source.host}/security-products/dast:6`],
    ...['-o', bundle, '-k', desk.key],
  ]);
  await act({ desk, destination, bundle });
}

/** The part of a receipt that is read. */
function receiptOf(tags: readonly string[]): string {
  return JSON.stringify({
    _type: 'application/vnd.sallyport.receipt.v1+json',
    registry: 'a.example',
    images: [
      {
        repository: 'ns/dast',
        source: 'security-products/dast',
        digest: `sha256:${'a'.repeat(64)}`,
        tags: tags.map((tag) => ({ tag })),
      },
    ],
  });
}

interface Result {
  readonly images: readonly { readonly repository: string; readonly digest?: string }[];
  readonly sections: readonly { readonly id: string }[];
}

describe('asking for the settings of an import', () => {
  it('makes the same of its receipt and of its bundle', async () => {
    await atSite(async ({ desk, destination, bundle }) => {
      const receipt = desk.path('receipt.json');
      const to = `${destination.host}/ns`;
      await desk.runWell(['import', bundle, to, '--key', desk.pub, '--receipt', receipt]);

      const fromReceipt = await desk.runWell(['gitlab', 'settings', receipt, '--json']);
      const options = ['--to', to, '--key', desk.pub, '--json'];
      const fromBundle = await desk.runWell(['gitlab', 'settings', bundle, ...options]);

      expect(JSON.parse(fromBundle.stdout)).toEqual(JSON.parse(fromReceipt.stdout));
      expect(JSON.parse(fromReceipt.stdout)).toMatchObject({
        images: [{ registry: destination.host, repository: 'ns/dast', tags: ['6'] }],
      });
    });
  });

  it('follows the mapping that was imported with', async () => {
    await atSite(async ({ desk, bundle }) => {
      const settings = ['gitlab', 'settings', bundle, '--key', desk.pub, '--json'];
      const ask = async (...more: readonly string[]): Promise<string | undefined> => {
        const { stdout } = await desk.runWell([...settings, ...more]);
        return (JSON.parse(stdout) as Result).images[0]?.repository;
      };
      expect(await ask('--to', 'a.example/ns', '--keep-path')).toBe('ns/security-products/dast');
      expect(await ask('--to', 'a.example', '--keep-path')).toBe('security-products/dast');
      expect(await ask('--to', 'a.example/ns', '--map', 'security-products/dast=x/y')).toBe(
        'ns/x/y',
      );
    });
  });

  it('proves the signature of the bundle as inspect does, and says when nobody could', async () => {
    await atSite(async ({ desk, bundle }) => {
      const settings = ['gitlab', 'settings', bundle, '--to', 'a.example/ns'];
      await desk.runWell(['keygen', '--output', desk.path('other'), '--format', 'plain-pkcs8']);
      expectRefusal(await desk.run([...settings, '--key', desk.path('other.pub')]), {
        exit: 31,
        code: 'SIGNATURE_UNKNOWN_KEY',
      });
      expect((await desk.runWell(settings)).stderr).toContain('NOT CHECKED');
      expect((await desk.runWell([...settings, '--key', desk.pub])).stderr).toBe('');
    });
  });

  it('takes names as they stand, and says that nobody asked a registry', async () => {
    await using desk = await newDesk();
    const { stdout, stderr } = await desk.runWell(['gitlab', 'settings', dast]);
    expect(stdout).toContain('  image: registry.example.com:5000/namespace/dast:6\n');
    expect(stdout).toContain('nobody asked the registry');
    expect(stderr).toBe('');
  });

  it('warns of a GitLab newer than what is known', async () => {
    await using desk = await newDesk();
    const run = await desk.runWell(['gitlab', 'settings', dast, '--gitlab-version', '19.4']);
    expect(run.stderr).toMatch(/^note: GitLab 19\.4 is newer /);
  });

  it('passes on certificates, and no private key', async () => {
    await using desk = await newDesk();
    const certificate = '-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----';
    const key = '-----BEGIN PRIVATE KEY-----\nQQ==\n-----END PRIVATE KEY-----';
    await writeFile(desk.path('ca.pem'), `who knows\n${certificate}\n`);
    await writeFile(desk.path('both.pem'), `${certificate}\n${key}\n`);
    await writeFile(desk.path('none.pem'), 'nothing\n');
    const settings = ['gitlab', 'settings', dast, '--ca-file'];

    const { stdout } = await desk.runWell([...settings, desk.path('ca.pem')]);

    expect(stdout).toContain(`ca.crt on each node:\n${certificate}\n`);
    for (const name of ['both.pem', 'none.pem', 'missing.pem']) {
      const run = await desk.run([...settings, desk.path(name)]);
      expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
      expect(run.stdout + run.stderr).not.toContain('QQ==');
    }
  });
});

describe('writing settings as files', () => {
  it('makes a folder with each part, and one file that says what goes where', async () => {
    await using desk = await newDesk();
    const folder = desk.path('out');
    await desk.runWell(['gitlab', 'settings', dast, '--output-dir', folder]);
    const names = await readdir(folder);
    const readme = await readFile(`${folder}/README.txt`, 'utf8');
    expect(names).toEqual(expect.arrayContaining(['hosts.toml', 'variables.gitlab-ci.yml']));
    expect(names.filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(readme).toContain(await readFile(`${folder}/references.txt`, 'utf8'));
  });

  it('leaves a folder alone that has anything in it', async () => {
    await using desk = await newDesk();
    await mkdir(desk.path('out'));
    await writeFile(desk.path('out/notes'), 'mine');
    const run = await desk.run(['gitlab', 'settings', dast, '--output-dir', desk.path('out')]);
    expectRefusal(run, { exit: 2, code: 'OUTPUT_EXISTS' });
    expect(await readdir(desk.path('out'))).toEqual(['notes']);
    expect(await readFile(desk.path('out/notes'), 'utf8')).toBe('mine');
  });

  it('says so where it cannot write', async () => {
    await using desk = await newDesk();
    await writeFile(desk.path('file'), '');
    for (const [folder, code] of [
      ['file', 'OUTPUT_UNWRITABLE'],
      ['missing/out', 'OUTPUT_UNWRITABLE'],
    ] as const) {
      const run = await desk.run(['gitlab', 'settings', dast, '--output-dir', desk.path(folder)]);
      expectRefusal(run, { exit: 50, code });
    }
  });
});

describe('asking for settings of what is none', () => {
  it.each([
    [['https://registry.example.com/ns/dast:6'], 'REFERENCE_INVALID', 'a scheme'],
    [['receipt.json'], 'USAGE_INVALID', 'neither a file nor an image with its registry'],
    [['dast:6'], 'USAGE_INVALID', 'neither a file nor an image with its registry'],
    [['a.example/x:1', 'b.example/y:1'], 'USAGE_INVALID', 'images of one registry'],
    [['b.tar', '--to', 'a.example/ns/'], 'USAGE_INVALID', 'write --to a.example/ns'],
    [['b.tar', '--to', 'https://a.example/ns'], 'IMPORT_DESTINATION_INVALID', 'without https://'],
    [['b.tar', 'c.tar', '--to', 'a.example/ns'], 'USAGE_INVALID', 'one bundle beside --to'],
    [['a.example/x:1', '--keep-path'], 'USAGE_INVALID', '--to'],
    [['a.example/x:1', '--runner-version', '18'], 'GITLAB_VERSION_INVALID', '18.5.0'],
    [['a.example/x:1', '--runner-arch', 'arm64'], 'USAGE_INVALID', '--runner-version'],
    [['a.example/x:1', '--gitlab-version', '18'], 'GITLAB_VERSION_INVALID', '18.5'],
  ])('refuses %j', async (args, code, words) => {
    await using desk = await newDesk();
    const run = await desk.run(['gitlab', 'settings', ...args]);
    expectRefusal(run, { exit: 2, code });
    expect(run.stderr).toContain(words);
  });

  it.each([
    ['a text', 'hello'],
    ['another JSON', '{"_type":"application/json"}'],
    ['a receipt of another form', receiptOf(['6']).replace('receipt.v1', 'receipt.v2')],
    ['a receipt with a tag that is none', receiptOf(['a b'])],
    [
      'a receipt without images',
      '{"_type":"application/vnd.sallyport.receipt.v1+json","registry":"a.example","images":[]}',
    ],
    [
      'a receipt with a name that is none',
      '{"_type":"application/vnd.sallyport.receipt.v1+json","registry":"a.example","images":[{"repository":"A B"}]}',
    ],
  ])('refuses a file that is %s', async (_what, text) => {
    await using desk = await newDesk();
    await writeFile(desk.path('r.json'), text);
    const run = await desk.run(['gitlab', 'settings', desk.path('r.json')]);
    expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
  });

  it('reads a receipt that has no more than that', async () => {
    await using desk = await newDesk();
    await writeFile(desk.path('r.json'), receiptOf(['6']));
    const { stdout } = await desk.runWell(['gitlab', 'settings', desk.path('r.json')]);
    expect(stdout).toContain('SECURE_ANALYZERS_PREFIX: "a.example/ns"');
  });

  it('says what a bundle needs beside it', async () => {
    await atSite(async ({ desk, bundle }) => {
      const run = await desk.run(['gitlab', 'settings', bundle]);
      expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
      expect(run.stderr).toContain('--to REGISTRY/PREFIX');
    });
  });
});
