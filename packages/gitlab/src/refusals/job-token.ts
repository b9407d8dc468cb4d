/** The token of a CI job, which reaches less than the person who started it. */
import { listedProjects } from './image-path.js';
import type { RefusalRule } from './refusal.js';

/** The user name that goes with a job token. */
export const jobAccount = 'gitlab-ci-token';

export const jobTokenOutOfReach: RefusalRule = ({ code, account, wanted }) => {
  if (code !== 'REGISTRY_DENIED' || account !== jobAccount || wanted === undefined)
    return undefined;
  const projects = listedProjects(wanted.repository);
  return wanted.isPush
    ? `a job token writes only in the project of its job: run the job in ${projects}, or log in with a deploy token of that project that has the scope write_registry`
    : `a job token reads only where its project is let in: add the project of the job to the job token allowlist of ${projects} (Settings > CI/CD > Job token permissions), or log in with a deploy token that has the scope read_registry`;
};
