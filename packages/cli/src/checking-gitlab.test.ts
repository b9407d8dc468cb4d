/** What `check` says of a GitLab: hosts, project, path and rights in its terms, and nothing that stays there. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  openGitlabScene,
  sampleSite,
  tinyImage,
  type GitlabAccount,
  type GitlabScene,
} from '@sallyport/testing';
import { RegistryClient } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const { known } = sampleSite();
const scene = () =>
  openGitlabScene((args, world) => runCommand('sallyport', allCommands, args, world));

interface Line {
  readonly check: string;
  readonly subject: string;
  readonly state: string;
  readonly found: string;
  readonly hint: string | null;
  readonly code: string | null;
}

async function check({ desk }: GitlabScene, ...args: readonly string[]) {
  const run = await desk.run(['check', ...args, '--json', '--retries', '0']);
  const { checks, hosts } = JSON.parse(run.stdout) as {
    readonly checks: readonly Line[];
    readonly hosts: readonly { readonly port: number; readonly purposes: readonly string[] }[];
  };
  const line = (name: string) => checks.find((each) => each.check === name);
  const purposes = Object.fromEntries(
    hosts.map((host) => [`127.0.0.1:${host.port}`, host.purposes.join()]),
  );
  return { ...run, line, purposes };
}

async function publish({ gitlab }: GitlabScene, repository: string): Promise<void> {
  const credentials = () => Promise.resolve(known.maintainer);
  await using client = new RegistryClient({ credentials });
  const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
  await image.pushTo(client.repository(gitlab.host, repository), '6');
}

const refusals: readonly [string, GitlabAccount | undefined, string, string, number, string][] = [
  ['nobody is logged in', undefined, 'team/scanners', 'push right', 41, 'write_registry'],
  ['a token may only read', known.readToken, 'team/scanners', 'push right', 41, 'no right to push'],
  ['there is no such project', known.deployToken, 'team/none', 'repository', 41, 'team/none'],
  [
    'the path goes too deep',
    known.deployToken,
    'team/scanners/a/b',
    'push right',
    41,
    'no more than two',
  ],
  ['the path has no project', known.deployToken, '', 'path', 2, 'project'],
  ['a job writes elsewhere', known.allowedJobToken, 'team/scanners', 'push right', 41, 'job token'],
  [
    'the password is wrong',
    { username: 'test-user', password: 'test-only-wrong' },
    ...(['team/scanners', 'login', 40, 'two-factor'] as const),
  ],
];

describeWith(['docker-registry', 'openssl'], 'checking a GitLab', () => {
  it('finds a deploy token ready, and names registry and token service', async () => {
    await using at = await scene();
    await at.logIn(known.deployToken);

    const checked = await check(at, `${at.gitlab.host}/team/scanners`);

    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.line('repository')?.found).toContain('the project is there');
    expect(checked.line('push right')?.state).toBe('ok');
    // Without the right to cancel, no byte may be sent to try it.
    expect(checked.line('body size')?.state).toBe('unknown');
    expect(at.gitlab.seen.filter((line) => line.startsWith('PATCH '))).toEqual([]);
    expect(checked.purposes).toEqual({
      [at.gitlab.host]: 'registry',
      [at.gitlab.gitlabHost]: 'tokens',
    });
  });

  it('tries the size of bodies for who may cancel, and leaves nothing', async () => {
    await using at = await scene();
    await at.logIn(known.maintainer);

    const checked = await check(at, `${at.gitlab.host}/team/scanners`);

    expect(checked.line('body size')).toMatchObject({ state: 'ok' });
    const opened = at.gitlab.seen.filter((line) => line.startsWith('POST '));
    const cancelled = at.gitlab.seen.filter((line) => line.startsWith('DELETE '));
    expect(new Set(cancelled).size).toBe(opened.length);
    expect(at.gitlab.seen.filter((line) => line.startsWith('PUT '))).toEqual([]);
  });

  it('names the host that blobs come from, of a destination and of a source', async () => {
    await using at = await scene();
    await publish(at, 'team/scanners/dast');
    await publish(at, 'security-products/dast');
    const { host, gitlabHost, storageHost } = at.gitlab;
    const all = { [host]: 'registry', [gitlabHost]: 'tokens', [storageHost]: 'blobs' };

    const source = await check(at, '--source', `${host}/security-products/dast:6`);
    await at.logIn(known.deployToken);
    const destination = await check(at, `${host}/team/scanners`);

    expect([source.code, source.purposes]).toEqual([0, all]);
    expect(source.line('image')?.state).toBe('ok');
    expect([destination.code, destination.purposes]).toEqual([0, all]);
    expect(destination.line('blobs')?.found).toBe(`come from ${storageHost}`);
  });

  it.each(refusals)('explains that %s', async (_what, account, path, name, exit, words) => {
    await using at = await scene();
    if (account !== undefined) await at.logIn(account);

    const checked = await check(at, `${at.gitlab.host}/${path}`);

    expect(checked.code).toBe(exit);
    const { state, hint } = checked.line(name) ?? {};
    expect(state).toBe('fail');
    expect(hint).toContain(words);
    expect(at.gitlab.seen.filter((line) => /^(?:PUT|PATCH) /.test(line))).toEqual([]);
  });

  it('sees that the clock of the GitLab is far ahead', async () => {
    await using at = await scene();
    await at.logIn(known.deployToken);
    at.gitlab.setClockAhead(600_000, 'gitlab');

    const run = await at.desk.run(['check', `${at.gitlab.host}/team/scanners`, '--retries', '0']);

    expect(run.code).toBe(2);
    expect(run.stdout).toMatch(/^fail +clock .*\b[56]\d\d s ahead/m);
  });
});
