/**
 * Who is who in a GitLab that a test made up, and who may do what with which image.
 *
 * Only what decides about its container registry: there are no groups, a namespace is a text.
 */

export interface GitlabProject {
  /** `namespace/project`, with subgroups in between or not. */
  readonly path: string;
  readonly visibility: 'public' | 'private';
  /** Projects whose jobs may reach this one; its own always may. */
  readonly allowsJobsOf?: readonly string[];
  /** Tags that only maintainers may push. */
  readonly protectedTags?: readonly RegExp[];
  /** Tags that nobody may push a second time. */
  readonly immutableTags?: readonly RegExp[];
}

export interface GitlabAccount {
  readonly username: string;
  /** A password, or the value of a token. For tests only. */
  readonly password: string;
  /** Path of a project → what its role or its token's scopes allow there. */
  readonly rights?: Readonly<Record<string, 'pull' | 'push' | 'maintain'>>;
  /** Makes it the token of a job that runs in this project. */
  readonly jobOf?: string;
}

/** May be changed while it is talked to. */
export interface GitlabSite {
  readonly projects: GitlabProject[];
  readonly accounts: GitlabAccount[];
}

/** How many names may follow that of the project. */
const maxLevelsBelowProject = 2;

/** The project that an image belongs to; undefined where there is none, or where the path goes too deep. */
export function projectOf(site: GitlabSite, repository: string): GitlabProject | undefined {
  return site.projects.find(({ path }) => {
    if (repository === path) return true;
    if (!repository.startsWith(`${path}/`)) return false;
    return repository.slice(path.length + 1).split('/').length <= maxLevelsBelowProject;
  });
}

/** Of the actions that were asked for, those that are granted. */
export function grantedActions(
  site: GitlabSite,
  account: GitlabAccount | undefined,
  repository: string,
  wanted: readonly string[],
): readonly string[] {
  const project = projectOf(site, repository);
  if (project === undefined) return [];
  const isGranted: Readonly<Record<string, boolean>> = {
    pull: mayPull(project, account),
    push: mayPush(project, account),
    delete: mayMaintain(project, account),
  };
  return wanted.filter((action) => isGranted[action] === true);
}

export function mayMaintain({ path }: GitlabProject, account: GitlabAccount | undefined): boolean {
  return account?.rights?.[path] === 'maintain';
}

function mayPull(project: GitlabProject, account: GitlabAccount | undefined): boolean {
  const { path, visibility, allowsJobsOf = [] } = project;
  if (account?.jobOf !== undefined) {
    return account.jobOf === path || allowsJobsOf.includes(account.jobOf);
  }
  return visibility === 'public' || account?.rights?.[path] !== undefined;
}

function mayPush({ path }: GitlabProject, account: GitlabAccount | undefined): boolean {
  if (account?.jobOf !== undefined) return account.jobOf === path;
  const right = account?.rights?.[path];
  return right === 'push' || right === 'maintain';
}
