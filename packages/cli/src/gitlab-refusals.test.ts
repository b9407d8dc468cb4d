/** What a GitLab refuses is explained in its own terms; code and exit code stay those of every registry. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  openGitlabScene,
  sampleSite,
  tinyImage,
  type CapturedRun,
  type GitlabAccount,
  type GitlabScene,
} from '@sallyport/testing';
import { RegistryClient } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const { known } = sampleSite();
const scene = (options: Parameters<typeof openGitlabScene>[1] = {}) =>
  openGitlabScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

const wrong: GitlabAccount = { username: 'test-user', password: 'test-only-wrong' };

function hintOf({ stderr }: CapturedRun): string {
  return stderr.split('\n').find((line) => line.startsWith('hint: ')) ?? '';
}

function exportFrom({ desk, gitlab }: GitlabScene, name: string): Promise<CapturedRun> {
  const output = ['--output', desk.path('b.tar'), '--key', desk.key];
  return desk.run(['export', `${gitlab.host}/${name}`, ...output, '--retries', '0']);
}

/** Another image under this tag, by one who may do that. */
async function publish({ gitlab }: GitlabScene, repository: string, tag: string): Promise<void> {
  const credentials = () => Promise.resolve(known.maintainer);
  await using client = new RegistryClient({ credentials });
  const other = await tinyImage({ seed: 'other' });
  await other.pushTo(client.repository(gitlab.host, repository), tag);
}

type Try = (at: GitlabScene) => Promise<CapturedRun>;

const importing =
  (path: string, account?: GitlabAccount): Try =>
  async (at) => {
    if (account !== undefined) await at.logIn(account);
    return at.desk.run([...at.importTo(path), '--retries', '0']);
  };

const exporting =
  (name: string, account?: GitlabAccount): Try =>
  async (at) => {
    if (account !== undefined) await at.logIn(account);
    return exportFrom(at, name);
  };

const refusals: readonly [what: string, act: Try, exit: number, code: string, hint: string][] = [
  [
    'wrong credentials, even for a public image',
    exporting('security-products/dast:6', wrong),
    ...([40, 'REGISTRY_UNAUTHORIZED', 'wrong credentials are refused even there'] as const),
  ],
  [
    'nobody logged in',
    importing('team/scanners'),
    ...([41, 'REGISTRY_DENIED', 'log in with a token that has the scope write_registry'] as const),
  ],
  [
    'a token that may only read',
    importing('team/scanners', known.readToken),
    ...([
      41,
      'REGISTRY_DENIED',
      'the credentials are good, but this account has no right',
    ] as const),
  ],
  [
    'a project that is not there',
    importing('team/unknown', known.deployToken),
    ...([41, 'REGISTRY_DENIED', 'team/unknown is there (a push creates none)'] as const),
  ],
  [
    'a path that goes too deep',
    importing('team/scanners/a/b', known.deployToken),
    ...([41, 'REGISTRY_DENIED', 'no more than two names follow the project'] as const),
  ],
  [
    'a path without a project',
    importing('', known.deployToken),
    ...([41, 'REGISTRY_DENIED', 'namespace/project'] as const),
  ],
  [
    'a job that writes elsewhere',
    importing('team/scanners', known.allowedJobToken),
    ...([41, 'REGISTRY_DENIED', 'a job token writes only in the project of its job'] as const),
  ],
  [
    'a job whose project is not let in',
    exporting('team/scanners/app:1.0', known.jobToken),
    ...([
      41,
      'REGISTRY_DENIED',
      'job token allowlist of team/scanners/app or team/scanners',
    ] as const),
  ],
  [
    'an old job token',
    exporting('team/scanners/app:1.0', { ...known.jobToken, password: 'test-only-ended' }),
    ...([40, 'REGISTRY_UNAUTHORIZED', 'it ends with its job'] as const),
  ],
  [
    'an image that is not in its project',
    exporting('security-products/dast:7'),
    ...([42, 'CONTENT_NOT_FOUND', 'no such image or tag'] as const),
  ],
];

describeWith(['docker-registry', 'openssl'], 'being refused by a GitLab', () => {
  it.each(refusals)('explains %s', async (_what, act, exit, code, hint) => {
    await using at = await scene();
    const run = await act(at);
    expectRefusal(run, { exit, code });
    expect(hintOf(run)).toContain(hint);
  });

  it.each([
    ['protected', 'protected-1', 'the project protects this tag'],
    ['immutable', 'immutable-1', 'owners included'],
  ])('explains a tag that is %s', async (_what, tag, hint) => {
    await using at = await scene({
      bundle: { images: [{ image: await tinyImage(), tags: [tag] }] },
    });
    await publish(at, 'team/scanners/app', tag);
    await at.logIn(known.deployToken);

    const run = await at.desk.run([...at.importTo('team/scanners'), '--retries', '0']);

    expectRefusal(run, { exit: 41, code: 'REGISTRY_DENIED' });
    expect(hintOf(run)).toContain(hint);
  });

  it('explains that nobody is let in any more', async () => {
    await using at = await scene({ bansAfter: 1 });
    await exporting('security-products/dast:6', wrong)(at);

    const run = await exporting('security-products/dast:6', known.deployToken)(at);

    expectRefusal(run, { exit: 41, code: 'REGISTRY_DENIED' });
    expect(hintOf(run)).toContain('wait 15 minutes');
  });

  it('explains clocks that disagree', async () => {
    await using at = await scene();
    at.gitlab.setClockAhead(600_000, 'gitlab');

    const run = await importing('team/scanners', known.deployToken)(at);

    expectRefusal(run, { exit: 41, code: 'REGISTRY_DENIED' });
    expect(hintOf(run)).toContain('compare the clocks');
  });
});
