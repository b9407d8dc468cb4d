/**
 * The image that a GitLab runner needs beside every job.
 *
 * Its tag is the version of the runner, not of GitLab; a job fails without it.
 */
import { isTag, printable } from 'oras-js';
import { knownFacts } from '../facts/known-facts.js';
import { GitlabError } from '../gitlab-error.js';

/** @param version As `gitlab-runner --version` says it: `18.5.0`. @throws GitlabError `GITLAB_VERSION_INVALID`. */
export function runnerHelperImage(version: string, arch: string, fips: boolean): string {
  const [, plain] = /^v?(\d{1,3}\.\d{1,3}\.\d{1,5})$/.exec(version) ?? [];
  const { registry, runnerHelper } = knownFacts;
  const tag = `${fips ? `${runnerHelper.fipsFlavor}-` : ''}${arch}-v${plain ?? ''}`;
  if (plain !== undefined && isTag(arch) && isTag(tag))
    return `${registry}/${runnerHelper.repository}:${tag}`;
  throw new GitlabError(
    'GITLAB_VERSION_INVALID',
    `expected the version of a runner and its architecture, found "${printable(version, 60)}" and "${printable(arch, 60)}"`,
    { hint: 'write all three numbers as gitlab-runner --version says them, for example 18.5.0' },
  );
}
