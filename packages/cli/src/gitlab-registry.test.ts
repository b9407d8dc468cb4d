/** The whole way through a GitLab's registry: blobs from another host, tokens that end, no list of referrers. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  eventually,
  openGitlabScene,
  sampleSite,
  tinyImage,
  tinyReferrer,
  type GitlabScene,
} from '@sallyport/testing';
import { Readable } from 'node:stream';
import { RegistryClient } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const programs = ['docker-registry', 'openssl'];
const { known } = sampleSite();
const scene = (options: Parameters<typeof openGitlabScene>[1] = {}) =>
  openGitlabScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

const image = await tinyImage({
  seed: 'dast',
  layerBytes: [9_000_000, 1_000],
  platforms: ['linux/amd64', 'linux/arm64'],
});

function asMaintainer(): RegistryClient {
  return new RegistryClient({ credentials: () => Promise.resolve(known.maintainer) });
}

async function publish({ gitlab }: GitlabScene): Promise<void> {
  await using client = asMaintainer();
  const dast = client.repository(gitlab.host, 'security-products/dast');
  await image.pushTo(dast, '6');
  await tinyReferrer(image.root).pushTo(dast, 'an-sbom');
}

describeWith(programs, 'exporting from a GitLab', () => {
  it('takes a public image without a name, its blobs from the other host', async () => {
    await using at = await scene();
    await publish(at);
    const { desk, gitlab } = at;
    const name = `${gitlab.host}/security-products/dast:6`;

    const exported = await desk.run([
      ...['export', name, '--output', desk.path('b.tar'), '--key', desk.key],
    ]);

    expect(exported).toMatchObject({ code: 0 });
    expect(gitlab.downloads.length).toBeGreaterThanOrEqual(4);
    expect(gitlab.downloads.every((request) => request.startsWith('GET '))).toBe(true);
    const inspected = await desk.runWell(['inspect', desk.path('b.tar'), '--json']);
    expect(inspected.stdout).toContain(image.root.digest);
    // The list of what refers to an image stands under a tag there.
    expect(inspected.stdout).toContain(tinyReferrer(image.root).root.digest);
  });

  it('does not go on without a name after a wrong password', async () => {
    await using at = await scene();
    await publish(at);
    await at.logIn({ username: 'test-user', password: 'test-only-wrong' });
    const { desk, gitlab } = at;

    const exported = await desk.run([
      ...['export', `${gitlab.host}/security-products/dast:6`],
      ...['--output', desk.path('b.tar'), '--key', desk.key],
    ]);

    expect(exported.code).toBe(40);
    expect(await desk.files()).not.toContain('b.tar');
  });
});

/** The first half, then nothing until the tokens of that time have run out, then the rest. */
function outliving({ gitlab, bundle }: GitlabScene): Readable {
  const half = bundle.bytes.length >> 1;
  return Readable.from(
    (async function* () {
      yield bundle.bytes.subarray(0, half);
      await eventually(() => {
        if (!gitlab.seen.some((line) => line.startsWith('PATCH ')))
          throw new Error('no upload yet');
      });
      await gitlab.untilExpired();
      // Later ones last, however slow the machine is.
      gitlab.giveTokensFor(300);
      yield bundle.bytes.subarray(half);
    })(),
    { objectMode: false },
  );
}

describeWith(programs, 'importing into a GitLab', () => {
  it('writes with a deploy token whose tokens end during the upload', async () => {
    await using at = await scene({
      lifetimeSeconds: 4,
      bundle: { images: [{ image, repository: 'security-products/dast', tags: ['6'] }] },
    });
    await at.logIn(known.deployToken);
    const { desk, gitlab } = at;
    const destination = `${gitlab.host}/team/scanners`;

    const imported = await desk.run(['import', '-', destination, '--key', at.trusted], {
      stdin: outliving(at),
    });

    expect(imported).toMatchObject({ code: 0 });
    expect(gitlab.asked.length).toBeGreaterThan(2);
    await using client = asMaintainer();
    const root = await client.repository(gitlab.host, 'team/scanners/dast').resolve('6');
    expect(root.digest).toBe(image.root.digest);
  });

  it('keeps the list of referrers under its tag, as there is no other', async () => {
    const referrer = { image: tinyReferrer(image.root) };
    await using at = await scene({
      bundle: { images: [{ image, referrers: [referrer], tags: ['6'] }] },
    });
    await at.logIn(known.deployToken);

    expect(await at.desk.run(at.importTo('team/scanners'))).toMatchObject({ code: 0 });

    await using client = asMaintainer();
    const app = client.repository(at.gitlab.host, 'team/scanners/app');
    const listed = await app.find(image.root.digest.replace(':', '-'));
    expect(listed?.mediaType).toBe('application/vnd.oci.image.index.v1+json');
  });

  it('can be repeated, and sends nothing again', async () => {
    await using at = await scene();
    await at.logIn(known.deployToken);
    await at.desk.runWell(at.importTo('team/scanners'));
    const before = at.gitlab.seen.length;

    const again = await at.desk.run(at.importTo('team/scanners'));

    expect([0, 10]).toContain(again.code);
    const written = at.gitlab.seen.slice(before).filter((line) => /^(?:PATCH|PUT) /.test(line));
    expect(written).toEqual([]);
  });

  it('lets a job write in its own project', async () => {
    await using at = await scene();
    await at.logIn(known.allowedJobToken);
    expect(await at.desk.run(at.importTo('team/app'))).toMatchObject({ code: 0 });
  });
});
