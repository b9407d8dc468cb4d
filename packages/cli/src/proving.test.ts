/** Whether a job could pull an image: asked as the job would, and not as the one who brought it. */
import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  imageOf,
  json,
  openDesk,
  startRegistry,
  tinyImage,
  type TestRegistry,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { mediaTypes } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

interface Told {
  readonly identity: string;
  readonly isPullable: boolean;
  readonly images: readonly Readonly<Record<string, unknown>>[];
}

function told(stdout: string): Told {
  return JSON.parse(stdout) as Told;
}

function methodsOf({ requests }: TestRegistry, start = 0): readonly string[] {
  return requests
    .slice(start)
    .filter(({ path }) => path !== '/v2/')
    .map(({ method, path, headers }) => {
      const what = path.includes('/manifests/') ? 'manifest' : 'blob';
      return `${method} ${what}${headers.range === undefined ? '' : ` ${headers.range}`}`;
    })
    .sort();
}

describe('proving that an image can be pulled', () => {
  it('asks for each part once, and reads one byte of the largest layer', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const image = await tinyImage({ layerBytes: [50, 5000] });
    await image.pushTo(registry.store, 'to/dast:6');

    const { stdout } = await desk.runWell(['prove', `${registry.host}/to/dast:6`, '--json']);

    const blobs = ['HEAD blob', 'HEAD blob', 'HEAD blob'];
    expect(methodsOf(registry)).toEqual(['GET blob bytes=0-0', 'GET manifest', ...blobs]);
    const size = image.contents.reduce((sum, { content }) => sum + content.size, 0);
    expect(told(stdout)).toMatchObject({
      identity: 'docker-config',
      isPullable: true,
      images: [
        {
          image: `${registry.host}/to/dast`,
          tags: ['6'],
          digest: image.root.digest,
          mediaType: image.root.mediaType,
          bytes: size,
          blobs: 3,
          hosts: [registry.host],
          clockSkewSeconds: expect.any(Number),
        },
      ],
    });
  });

  it('asks for what a runner asks for', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage({ docker: true })).pushTo(registry.store, 'to/dast:6');

    await desk.runWell(['prove', `${registry.host}/to/dast:6`]);

    const [manifest] = registry.requests.filter(({ path }) => path.includes('/manifests/'));
    expect(manifest?.headers.accept).toMatch(
      /^application\/vnd\.docker\.distribution\.manifest\.v2\+json, .*, \*\/\*$/,
    );
  });

  it('compares the digest that was expected', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const { digest } = (await tinyImage({ seed: 'expected' })).root;
    await (await tinyImage()).pushTo(registry.store, 'to/dast:6');

    const run = await desk.run(['prove', `${registry.host}/to/dast:6@${digest}`]);

    expect(run.code).toBe(30);
    expect(run.stderr).toContain(`expected ${registry.host}/to/dast:6 to be ${digest}, found`);
    expect(run.stderr).toContain('[PROVE_DIGEST_WRONG]');
    expect(run.stdout).toContain('NOT PULLABLE');
  });

  it('names what is missing, and goes on with the other images', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const image = await tinyImage({ layerBytes: [50, 5000] });
    await image.pushTo(registry.store, 'to/dast:6');
    await (await tinyImage({ seed: 'other' })).pushTo(registry.store, 'to/other:1');
    const [layer] = image.contents;
    const lost = layer?.content.digest ?? '';
    registry.answers(404, { to: new RegExp(`/to/dast/blobs/${lost}`) });
    const names = ['dast:6', 'other:1'].map((name) => `${registry.host}/to/${name}`);

    const run = await desk.run(['prove', ...names, '--json']);

    expect(run.code).toBe(42);
    expect(run.stderr).toContain(`expected ${lost} in ${registry.host}/to/dast, found nothing`);
    expect(told(run.stdout)).toMatchObject({
      isPullable: false,
      images: [{ isPullable: false, code: 'PROVE_CONTENT_MISSING' }, { isPullable: true }],
    });
  });

  it.each<readonly [what: string, code: number, layer: object]>([
    ['asks for a layer with an empty list of other addresses', 42, { urls: [] }],
    [
      'asks for no layer that may not be passed on',
      0,
      { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' },
    ],
  ])('%s', async (_what, code, layer) => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const { contents } = await tinyImage();
    const [lost, manifest] = [contents.at(0), contents.at(-1)];
    const parsed = JSON.parse(String(manifest?.bytes)) as { readonly layers: readonly object[] };
    const layers = parsed.layers.map((each) => ({ ...each, ...layer }));
    await imageOf([
      ...contents.slice(0, -1),
      json(mediaTypes.ociManifest, { ...parsed, layers }),
    ]).pushTo(registry.store, 'to/dast:6');
    registry.answers(404, { to: new RegExp(`/blobs/${lost?.content.digest ?? ''}`) });

    const run = await desk.run(['prove', `${registry.host}/to/dast:6`]);

    expect(run.code).toBe(code);
  });

  it('names the storage that a runner would be sent to and cannot reach', async () => {
    await using registry = await startRegistry();
    await using storage = await startRegistry();
    await using desk = await newDesk();
    const image = await tinyImage();
    await image.pushTo(registry.store, 'to/dast:6');
    await image.pushTo(storage.store, 'to/dast:6');
    const proving = ['prove', `${registry.host}/to/dast:6`, '--retries', '0', '--json'];
    registry.redirectsBlobsTo(storage);

    const before = told((await desk.runWell(proving)).stdout);
    storage.answers(403, { to: /^GET / });
    const run = await desk.run(proving);

    expect(before.images).toMatchObject([{ hosts: [registry.host, storage.host] }]);
    expect(run).toMatchObject({ code: 20 });
    expect(run.stderr).toContain('is said to be there, and cannot be read');
    expect(run.stderr).toContain(storage.host);
  });

  it('looks at the platform of the runner in an index', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const platforms = ['linux/amd64', 'linux/arm64'];
    await (await tinyImage({ platforms })).pushTo(registry.store, 'to/app:1');
    const proving = ['prove', `${registry.host}/to/app:1`];

    const usual = await desk.runWell(proving);
    const arm = await desk.runWell([...proving, '--platform', 'linux/arm64']);
    const none = await desk.run([...proving, '--platform', 'linux/s390x']);

    expect(usual.stdout).toContain('linux/amd64, 2 blobs');
    expect(arm.stdout).toContain('linux/arm64, 2 blobs');
    expect(none.code).toBe(42);
    expect(none.stderr).toContain('found linux/amd64, linux/arm64');
    expect(none.stderr).toContain('[PROVE_PLATFORM_NOT_FOUND]');
  });

  it('proves what a receipt says, and a bundle where it was imported', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    const image = await tinyImage();
    for (const tag of ['6', 'latest']) await image.pushTo(registry.store, `from/dast:${tag}`);
    const bundle = desk.path('b.tar');
    await desk.runWell(['export', `${registry.host}/from/dast:6`, '-o', bundle, '-k', desk.key]);
    const to = `${registry.host}/to`;
    const receipt = ['--receipt', desk.path('r.json')];
    await desk.runWell(['import', bundle, to, '--key', desk.pub, ...receipt]);

    const start = registry.requests.length;
    const byReceipt = await desk.runWell(['prove', ...receipt, '--json']);
    const asked = methodsOf(registry, start);
    const byBundle = await desk.runWell(['prove', bundle, '--to', to, '-k', desk.pub, '--json']);

    const expected = [{ image: `${to}/dast`, tags: ['6', 'latest'], digest: image.root.digest }];
    expect(told(byReceipt.stdout).images).toMatchObject(expected);
    expect(told(byBundle.stdout).images).toMatchObject(expected);
    expect(asked).toEqual([
      ...['GET blob bytes=0-0', 'GET manifest', 'HEAD blob', 'HEAD blob', 'HEAD manifest'],
    ]);
  });
});

describe('proving as somebody', () => {
  it.each([
    ['job-token', { CI_JOB_TOKEN: 'for tests only' }, 'gitlab-ci-token'],
    ['deploy-token', { CI_DEPLOY_USER: 'jo', CI_DEPLOY_PASSWORD: 'for tests only' }, 'jo'],
  ])('shows the secret of the %s to its registry alone', async (identity, secret, user) => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'to/dast:6');
    registry.requiresBasic(user, 'for tests only');
    const proving = ['prove', `${registry.host}/to/dast:6`, '--as', identity, '--json'];

    const env = { ...secret, CI_REGISTRY: registry.host };
    const { stdout } = await desk.runWell(proving, { env });
    const elsewhere = await desk.run(proving, {
      env: { ...secret, CI_REGISTRY: 'registry.example.com' },
    });
    const unset = await desk.run(proving, { env: {} });

    expect(told(stdout)).toMatchObject({ identity, isPullable: true });
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain('where the token belongs');
    expectRefusal(unset, { exit: 2, code: 'USAGE_INVALID' });
  });

  it('is nobody with --as anonymous, and the job in a job', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'to/dast:6');
    registry.requiresBasic('gitlab-ci-token', 'for tests only');
    const proving = ['prove', `${registry.host}/to/dast:6`];
    const env = { CI_REGISTRY: registry.host, CI_JOB_TOKEN: 'for tests only' };

    const anonymous = await desk.run([...proving, '--as', 'anonymous'], { env });
    const job = await desk.runWell(proving, { env });

    expect(anonymous.code).toBe(40);
    expect(job.stdout).toContain(`as job-token from ${registry.host} in `);
  });

  it('reads a Docker configuration, and no variable of a job beside it', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'to/dast:6');
    registry.requiresBasic('jo', 'for tests only');
    const auth = Buffer.from('jo:for tests only').toString('base64');
    await writeFile(desk.path('c.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const proving = ['prove', `${registry.host}/to/dast:6`];
    const job = { CI_REGISTRY: registry.host, CI_JOB_TOKEN: 'x', CI_REGISTRY_USER: 'jo' };
    const env = { ...job, CI_REGISTRY_PASSWORD: 'for tests only' };
    const file = ['--docker-config', desk.path('c.json')];

    await desk.runWell([...proving, ...file], { env });
    const without = await desk.run([...proving, '--as', 'docker-config'], { env });
    const both = await desk.run([...proving, ...file, '--as', 'job-token'], { env });

    expect(without.code).toBe(40);
    expectRefusal(both, { exit: 2, code: 'USAGE_INVALID' });
  });
});
