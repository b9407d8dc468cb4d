/** A small GitLab to test against: a public project to read, private ones to write, and an account of each kind. Passwords are for tests only. */
import type { GitlabAccount, GitlabSite } from './gitlab-site.js';

const accounts = {
  /** May do everything everywhere. */
  maintainer: {
    username: 'test-maintainer',
    password: 'test-only-maintainer',
    rights: { 'security-products/dast': 'maintain', 'team/scanners': 'maintain' },
  },
  /** `read_registry` and `write_registry` in one project. */
  deployToken: {
    username: 'gitlab+deploy-token-1',
    password: 'test-only-deploy-token',
    rights: { 'team/scanners': 'push' },
  },
  /** `read_registry` alone. */
  readToken: {
    username: 'gitlab+deploy-token-2',
    password: 'test-only-read-token',
    rights: { 'team/scanners': 'pull' },
  },
  /** Of a job in a project that nobody let in. */
  jobToken: {
    username: 'gitlab-ci-token',
    password: 'test-only-job-token',
    jobOf: 'team/elsewhere',
  },
  /** Of a job in a project that `team/scanners` lets in. */
  allowedJobToken: {
    username: 'gitlab-ci-token',
    password: 'test-only-allowed-job-token',
    jobOf: 'team/app',
  },
} as const satisfies Readonly<Record<string, GitlabAccount>>;

export function sampleSite(): GitlabSite & { readonly known: typeof accounts } {
  return {
    projects: [
      { path: 'security-products/dast', visibility: 'public' },
      {
        path: 'team/scanners',
        visibility: 'private',
        allowsJobsOf: ['team/app'],
        protectedTags: [/^protected/],
        immutableTags: [/^immutable/],
      },
      { path: 'team/app', visibility: 'private' },
      { path: 'team/elsewhere', visibility: 'private' },
    ],
    accounts: Object.values(accounts),
    known: accounts,
  };
}
