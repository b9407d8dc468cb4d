/** Analyzers have several names for one image: whichever is exported, the one that a job asks for has to arrive. */
import { describe, expect, it } from '@jest/globals';
import { openDesk, startRegistry, tinyImage, type TestRegistry } from '@sallyport/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

const releaseTags = ['6', '6.1', '6.1.0', 'latest'];

/** A registry with two releases of an analyzer, and one name that is no version. */
async function startAnalyzers(): Promise<TestRegistry> {
  const registry = await startRegistry();
  const [now, before] = [await tinyImage(), await tinyImage({ seed: 'before' })];
  for (const tag of [...releaseTags, 'edge']) await now.pushTo(registry.store, `any/dast:${tag}`);
  for (const tag of ['5', '6.0.9']) await before.pushTo(registry.store, `any/dast:${tag}`);
  return registry;
}

function tagsIn(stdout: string): readonly (readonly string[])[] {
  const { images } = JSON.parse(stdout) as { images: readonly { tags: readonly string[] }[] };
  return images.map(({ tags }) => tags);
}

function askedFor({ requests }: TestRegistry, part: string): number {
  return requests.filter(({ path }) => path.includes(part)).length;
}

describe('exporting one tag of an analyzer', () => {
  it('carries the tag that a job will ask for, though `latest` was exported', async () => {
    await using connected = await startAnalyzers();
    await using offline = await startRegistry();
    await using desk = await newDesk();
    const old = await (await tinyImage({ seed: 'old' })).pushTo(offline.store, 'namespace/dast:6');
    const bundle = desk.path('b.tar');

    await desk.runWell([
      ...['export', `${connected.host}/any/dast:latest`, '-o', bundle, '-k', desk.key],
    ]);
    const { stdout } = await desk.runWell([
      ...['import', bundle, `${offline.host}/namespace`, '--key', desk.pub],
    ]);

    const { digest } = (await tinyImage()).root;
    for (const tag of releaseTags) {
      const found = await offline.store.resolve(`namespace/dast:${tag}`);
      expect({ tag, digest: found.digest }).toEqual({ tag, digest });
    }
    await expect(offline.store.resolve('namespace/dast:edge')).rejects.toThrow();
    await expect(offline.store.resolve('namespace/dast:6.0.9')).rejects.toThrow();
    expect(stdout).toContain(`namespace/dast:6 (was ${old.digest})`);
    expect(stdout).toContain(`namespace/dast:6.1.0 (new)`);
  });

  it('shows them in the plan, each as a source of its own', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();

    const { stdout } = await desk.runWell([
      ...['export', `${registry.host}/any/dast:latest`, '--plan', '--json'],
    ]);

    expect(tagsIn(stdout)).toEqual([releaseTags]);
    const { sources } = JSON.parse(stdout) as { sources: readonly { reference: string }[] };
    expect(sources.map(({ reference }) => reference)).toEqual(releaseTags);
  });

  it('asks nothing more of an image that is no analyzer', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'team/app:1');
    await (await tinyImage()).pushTo(registry.store, 'team/app:1.0');
    const plan = ['export', `${registry.host}/team/app:1`, '--plan', '--json'];

    const { stdout } = await desk.runWell(plan);

    expect(tagsIn(stdout)).toEqual([['1']]);
    expect([askedFor(registry, 'tags/list'), askedFor(registry, 'manifests/1.0')]).toEqual([0, 0]);
    expect(tagsIn((await desk.runWell([...plan, '--sibling-tags'])).stdout)).toEqual([
      ['1', '1.0'],
    ]);
  });

  it('carries what was named and no more with --no-sibling-tags, and for a digest', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();
    const { digest } = (await tinyImage()).root;
    const planOf = (...rest: string[]) => desk.runWell(['export', '--plan', '--json', ...rest]);

    const named = await planOf(`${registry.host}/any/dast:latest`, '--no-sibling-tags');
    const pinned = await planOf(`${registry.host}/any/dast@${digest}`);

    expect(tagsIn(named.stdout)).toEqual([['latest']]);
    expect(tagsIn(pinned.stdout)).toEqual([[]]);
    expect(askedFor(registry, 'tags/list')).toBe(0);
    const forced = await planOf(`${registry.host}/any/dast@${digest}`, '--sibling-tags');
    expect(tagsIn(forced.stdout)).toEqual([releaseTags]);
  });

  it('asks for the tags of the templates where the registry lists none', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();
    registry.answers(403, { to: /tags\/list/ });

    const { stdout, stderr } = await desk.runWell([
      ...['export', `${registry.host}/any/dast:latest`, '--plan', '--json'],
    ]);

    expect(tagsIn(stdout)).toEqual([['6', 'latest']]);
    expect(stderr).toMatch(/^note: the tags of .*\/any\/dast cannot be listed \(.*\); /m);
  });

  it('asks for no more tags than a release can have, the newest first', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();
    const old = await tinyImage({ seed: 'old' });
    for (let minor = 0; minor < 100; minor += 1)
      await old.pushTo(registry.store, `any/dast:4.${minor}.0`);

    const { stdout } = await desk.runWell([
      ...['export', `${registry.host}/any/dast:latest`, '--plan', '--json'],
    ]);

    expect(tagsIn(stdout)).toEqual([releaseTags]);
    expect(registry.requests.filter(({ method }) => method === 'HEAD').length).toBeLessThan(40);
    expect(askedFor(registry, 'tags/list')).toBe(1);
  });

  it('gives the same bytes for the same tags, whichever of them was named', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();
    const made = [];
    for (const tag of ['latest', '6']) {
      const file = desk.path(`${tag}.tar`);
      await desk.runWell(
        ['export', `${registry.host}/any/dast:${tag}`, '-o', file, '-k', desk.key, '--json'],
        { env: { SOURCE_DATE_EPOCH: '1700000000' } },
      );
      made.push(
        JSON.parse((await desk.runWell(['inspect', file, '--json'])).stdout) as { bundle: string },
      );
    }
    expect(made[0]?.bundle).toBe(made[1]?.bundle);
  });

  it('leaves a tag out that would name two images', async () => {
    await using one = await startAnalyzers();
    await using other = await startRegistry();
    await using desk = await newDesk();
    const older = await tinyImage({ seed: 'older' });
    for (const tag of ['5', 'latest']) await older.pushTo(other.store, `any/dast:${tag}`);

    const { stdout } = await desk.runWell([
      ...['export', `${one.host}/any/dast:6`, `${other.host}/any/dast:5`, '--plan', '--json'],
    ]);

    expect([...tagsIn(stdout)].sort()).toEqual([['5'], ['6', '6.1', '6.1.0']]);
  });
});

describe('locking an analyzer with several tags', () => {
  it('locks each tag that was carried, and carries those that are locked', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();
    const lock = desk.path('lock.json');
    const exporting = ['export', `${registry.host}/any/dast:latest`, '-k', desk.key, '-o'];

    await desk.runWell([...exporting, desk.path('a.tar'), '--update-lock', lock]);
    await (await tinyImage()).pushTo(registry.store, 'any/dast:6.1.1');
    const { stdout } = await desk.runWell([
      ...[...exporting, desk.path('b.tar'), '--locked', lock, '--json'],
    ]);

    const { images } = JSON.parse(await readFile(lock, 'utf8')) as { images: object };
    expect(Object.keys(images)).toEqual(
      releaseTags.map((tag) => `${registry.host}/any/dast:${tag}`),
    );
    expect(tagsIn(stdout)).toEqual([releaseTags]);
    expect(askedFor(registry, 'tags/list')).toBe(1);
  });

  it('refuses an export when one of them has moved', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();
    const lock = desk.path('lock.json');
    const { digest } = (await tinyImage()).root;
    const name = `${registry.host}/any/dast`;
    const locked = { [`${name}:latest`]: digest, [`${name}:5`]: digest };
    await writeFile(lock, JSON.stringify({ version: 1, images: locked }));

    const run = await desk.run([
      ...['export', `${name}:latest`, '-k', desk.key, '-o', desk.path('b.tar'), '--locked', lock],
    ]);

    expect(run).toMatchObject({ code: 31, stdout: '' });
    expect(run.stderr).toContain(`expected ${name}:5 to be ${digest}, found sha256:`);
    expect(run.stderr).toContain('[EXPORT_LOCK_MISMATCH]');
  });
});

describe('going on with an export whose tags have moved', () => {
  it('carries the tags of today and fetches no layer twice', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();
    const image = await tinyImage({ layerBytes: [1_200_000, 3000] });
    await image.pushTo(registry.store, 'any/dast:latest');
    await image.pushTo(registry.store, 'any/dast:6');
    const [first, last] = image.contents.map(({ content }) => content);
    if (last !== undefined) registry.closesDuring(last, { afterBytes: 10, times: 1 });
    const bundle = desk.path('b.tar');
    const exporting = ['export', `${registry.host}/any/dast:latest`, '-o', bundle, '-k', desk.key];
    const broken = await desk.run([...exporting, '--concurrency', '1', '--retries', '0']);
    const asked = askedFor(registry, first?.digest ?? '');
    expect(asked).toBe(1);

    await image.pushTo(registry.store, 'any/dast:7');
    const { stdout } = await desk.runWell([...exporting, '--json']);

    expect(broken.code).toBe(20);
    expect(tagsIn(stdout)).toEqual([['6', '7', 'latest']]);
    expect(askedFor(registry, first?.digest ?? '')).toBe(asked);
    await desk.runWell(['verify', bundle, '--key', desk.pub]);
  });
});

describe('exporting a tag that upstream has removed', () => {
  it('names those that there are, the newest first', async () => {
    await using registry = await startAnalyzers();
    await using desk = await newDesk();
    const old = await tinyImage({ seed: 'old' });
    for (let minor = 0; minor < 20; minor += 1)
      await old.pushTo(registry.store, `any/dast:4.${minor}.0`);

    const run = await desk.run([
      ...['export', `${registry.host}/any/dast:5.4.3`, '-k', desk.key, '-o', desk.path('b.tar')],
    ]);

    expect(run).toMatchObject({ code: 42, stdout: '' });
    expect(run.stderr).toContain('expected the tag 5.4.3, found none of that name');
    expect(run.stderr).toContain(
      'hint: choose a tag that exists: latest, 6, 6.1, 6.1.0, 6.0.9, 5, 4.19.0, 4.18.0, 4.17.0, 4.16.0 and 17 more',
    );
    expect(await desk.files()).toEqual([]);
  });
});
