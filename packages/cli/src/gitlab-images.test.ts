import { describe, expect, it } from '@jest/globals';
import { captureRun, expectRefusal, type CapturedRun } from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { offlineCommands } from './commands/offline-commands.js';
import { runCommand } from './run-command.js';

async function say(...args: readonly string[]): Promise<CapturedRun> {
  return captureRun((all, world) => runCommand('sallyport', allCommands, all, world), args);
}

const dast = (tag: string) => `registry.gitlab.com/security-products/dast:${tag}`;

describe('asking which images a GitLab wants', () => {
  it('prints the names and nothing else, for a pipe to read', async () => {
    const run = await say('gitlab', 'images', '--version', '18.5');
    expect(run).toMatchObject({ code: 0, stdout: `${dast('6')}\n`, stderr: '' });
  });

  it('is there on the offline side too', async () => {
    const args = ['gitlab', 'images', '--version', '17.0', '--fips'];
    const run = await captureRun(
      (all, world) => runCommand('sallyport-offline', offlineCommands, all, world),
      args,
    );
    expect(run).toMatchObject({ code: 0, stdout: `${dast('5-fips')}\n` });
  });

  it('warns on standard error of a version newer than what is known, and answers', async () => {
    const run = await say('gitlab', 'images', '--version', '19.4');
    expect(run).toMatchObject({ code: 0, stdout: `${dast('6')}\n` });
    expect(run.stderr).toMatch(/^note: GitLab 19\.4 is newer /);
  });

  it('adds the helper image of a runner', async () => {
    const run = await say('gitlab', 'images', '--runner-version', '18.5.0');
    expect(run.stdout).toMatch(/dast:6\n.*gitlab-runner-helper:x86_64-v18\.5\.0\n$/);
  });

  it('gives programs the source and the date of each answer', async () => {
    const run = await say('gitlab', 'images', '--version', '18.5', '--scanner', 'all', '--json');
    const result = JSON.parse(run.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
      gitlab: '18.5',
      assumed: false,
      runnerHelper: null,
      images: expect.arrayContaining([
        expect.objectContaining({
          reference: dast('6'),
          variable: 'SECURE_ANALYZERS_PREFIX',
          source: 'https://gitlab.com/gitlab-org/gitlab/-/merge_requests/188703',
          date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        }),
        expect.objectContaining({ name: 'container-scanning', variable: 'CS_ANALYZER_IMAGE' }),
      ]),
      endOfSupport: expect.arrayContaining([expect.objectContaining({ name: 'bandit' })]),
    });
  });

  it.each([
    ['--version 18', 'GITLAB_VERSION_INVALID'],
    ['--version 14.0', 'GITLAB_VERSION_TOO_OLD'],
    ['--scanner bandit', 'GITLAB_SCANNER_UNKNOWN'],
    ['--runner-version 18', 'GITLAB_VERSION_INVALID'],
    ['--runner-arch arm64', 'USAGE_INVALID'],
  ])('refuses %s', async (line, code) => {
    expectRefusal(await say('gitlab', 'images', ...line.split(' ')), { exit: 2, code });
  });

  it('leaves the version of the program where it was', async () => {
    const run = await say('--version');
    expect(run.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('exporting by a preset', () => {
  it.each(['dast@18', 'dast@14.0', 'zap'])('refuses %s before it connects', async (preset) => {
    const files = ['-o', 'b.tar', '-k', 'none'];
    expectRefusal(await say('export', '--preset', preset, ...files), {
      exit: 2,
      code: ['GITLAB_VERSION_INVALID', 'GITLAB_VERSION_TOO_OLD', 'GITLAB_SCANNER_UNKNOWN'],
    });
  });
});
