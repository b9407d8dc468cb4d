/** Known, and yet refused: no right there, no project there, or a path that no project can have. */
import { imagePathProblem, listedProjects, possibleProjects } from './image-path.js';
import type { RefusalRule } from './refusal.js';

export const noProjectInPath: RefusalRule = ({ code, wanted }) => {
  if (code !== 'REGISTRY_DENIED' || wanted === undefined) return undefined;
  return imagePathProblem(wanted.repository);
};

/** GitLab says the same of all these, so that nobody learns which projects there are. */
export const noRight: RefusalRule = ({ code, isTokenService, account, wanted }) => {
  if (code !== 'REGISTRY_DENIED' || isTokenService || wanted === undefined) return undefined;
  const { repository, isPush } = wanted;
  const scope = isPush ? 'write_registry' : 'read_registry';
  const who = account === undefined ? 'nobody' : 'this account';
  const depth =
    possibleProjects(repository).length > 2
      ? ', that no more than two names follow the project in the path'
      : '';
  const exists = isPush ? ' (a push creates none)' : '';
  return (
    `the credentials are good, but ${who} has no right to ${isPush ? 'push' : 'pull'} there: check that the project ` +
    `${listedProjects(repository)} is there${exists}${depth}, that its container registry is on, and that the ` +
    `token has the scope ${scope}${isPush ? ' or the role Developer or higher' : ''}`
  );
};

/** It may be read, and has no such image. */
export const noSuchImage: RefusalRule = ({ code, wanted }) =>
  code === 'REGISTRY_NOT_FOUND' && wanted !== undefined && !wanted.isPush
    ? `the project may be read, but it has no such image or tag: compare the name with what GitLab lists under Deploy > Container registry of ${listedProjects(wanted.repository)}`
    : undefined;
