/**
 * A version of GitLab as far as its scan templates depend on it: major and minor.
 *
 * Taken as GitLab itself writes it, `18.5.2-ee` too. A bare major is refused:
 * what an instance asks for could change with a minor version.
 */
import { printable } from 'oras-js';
import { GitlabError } from '../gitlab-error.js';

export interface GitlabVersion {
  readonly major: number;
  readonly minor: number;
}

const gitlabForm = /^v?(\d{1,3})\.(\d{1,3})(?:\.\d{1,5})?(?:-(?:pre|rc\d{1,3}))?(?:-[ce]e)?$/;

/** @throws GitlabError `GITLAB_VERSION_INVALID`. */
export function parseGitlabVersion(text: string): GitlabVersion {
  const [, major, minor] = gitlabForm.exec(text) ?? [];
  if (major !== undefined && minor !== undefined)
    return { major: Number(major), minor: Number(minor) };
  throw new GitlabError(
    'GITLAB_VERSION_INVALID',
    `expected a version of GitLab, found "${printable(text, 60)}"`,
    { hint: 'write major and minor as the Help page of your GitLab shows them, for example 18.5' },
  );
}

export function formatVersion({ major, minor }: GitlabVersion): string {
  return `${major}.${minor}`;
}

/** Negative when `a` is older. */
export function compareVersions(a: GitlabVersion, b: GitlabVersion): number {
  return a.major - b.major || a.minor - b.minor;
}
