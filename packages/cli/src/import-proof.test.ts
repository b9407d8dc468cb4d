/** An import is done when somebody could pull what it brought: the importer, or who will need it. */
import { describe, expect, it } from '@jest/globals';
import {
  expectNothingSent,
  openDesk,
  startRegistry,
  tinyImage,
  type Desk,
  type TestRegistry,
} from '@sallyport/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

async function bundleAt(desk: Desk, registry: TestRegistry): Promise<string> {
  await (await tinyImage()).pushTo(registry.store, 'from/app:1');
  const bundle = desk.path('b.tar');
  await desk.runWell(['export', `${registry.host}/from/app:1`, '-o', bundle, '-k', desk.key]);
  return bundle;
}

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

interface Proven {
  readonly proof: { readonly identity: string; readonly images: readonly object[] } | null;
  readonly notChecked: readonly string[];
}

describe('importing what a job will pull', () => {
  it('pulls it back as the importer, and says from which hosts', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const bundle = await bundleAt(desk, registry);
    const start = registry.requests.length;

    const { stdout } = await desk.runWell([
      ...['import', bundle, `${registry.host}/to`, '--key', desk.pub, '--json'],
      ...['--receipt', desk.path('r.json')],
    ]);

    const { digest } = (await tinyImage()).root;
    const proof = {
      identity: 'importer',
      images: [{ image: 'to/app', tags: ['1'], digest, hosts: [registry.host] }],
    };
    expect(JSON.parse(stdout)).toMatchObject({ proof });
    const receipt = JSON.parse(await readFile(desk.path('r.json'), 'utf8')) as Proven;
    expect(receipt).toMatchObject({ proof });
    expect(receipt.notChecked.join()).not.toContain('pulled');
    const ranged = registry.requests.slice(start).filter(({ headers }) => headers.range);
    expect(ranged).toHaveLength(1);
  });

  it('says that nobody did with --no-prove, also from the environment', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const bundle = await bundleAt(desk, registry);
    const importing = ['import', bundle, `${registry.host}/to`, '--key', desk.pub];
    const start = registry.requests.length;

    const { stdout } = await desk.runWell([
      ...[...importing, '--no-prove', '--receipt', desk.path('r.json')],
    ]);
    const again = await desk.runWell([...importing, '--again', '--json'], {
      env: { SALLYPORT_NO_PROVE: '1' },
    });

    expect(stdout).toContain('NOT PROVEN: nobody has pulled the images back');
    const receipt = JSON.parse(await readFile(desk.path('r.json'), 'utf8')) as Proven;
    expect(receipt.proof).toBeNull();
    expect(receipt.notChecked.join()).toContain('nobody has pulled them back');
    expect(JSON.parse(again.stdout)).toMatchObject({ proof: null });
    expect(registry.requests.slice(start).filter(({ headers }) => headers.range)).toEqual([]);
  });

  it('pulls it as the job that will need it, and fails where that may not', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const bundle = await bundleAt(desk, registry);
    registry.requiresBasic('jo', 'for tests only');
    const auth = Buffer.from('jo:for tests only').toString('base64');
    await writeFile(desk.path('c.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const importing = [
      ...['import', bundle, `${registry.host}/to`, '--key', desk.pub],
      ...['--docker-config', desk.path('c.json'), '--json'],
    ];

    const anonymous = await desk.run([...importing, '--prove-as', 'anonymous']);
    const deploy = await desk.runWell([...importing, '--prove-as', 'deploy-token'], {
      env: { CI_DEPLOY_USER: 'jo', CI_DEPLOY_PASSWORD: 'for tests only' },
    });

    expect(anonymous.code).toBe(40);
    expect(anonymous.stderr).toContain('cannot pull to/app:1');
    expect(JSON.parse(deploy.stdout)).toMatchObject({ proof: { identity: 'deploy-token' } });
  });

  it('pushes nothing when the identity has no secret', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const bundle = await bundleAt(desk, registry);

    const run = await desk.run([
      ...['import', bundle, `${registry.host}/to`, '--key', desk.pub, '--prove-as', 'job-token'],
    ]);

    expect(run.code).toBe(2);
    expect(run.stderr).toContain('CI_JOB_TOKEN');
    expectNothingSent(registry);
  });
});
