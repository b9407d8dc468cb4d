/** Whether the path is one that a GitLab can have; other registries have no such rule. */
import { CheckError } from './check-error.js';
import { fail, ok, unknown } from './check-line.js';
import { isGitlab, isReached, nameOf, type Check } from './place.js';

export const checkPath: Check = async (place) => {
  if (!isReached(place)) return unknown('not asked: no registry answered');
  if (!isGitlab(place)) return ok('not a GitLab, so there is no rule about its length');
  const projects = place.rules.gitlabProjects(place.repository);
  if (projects.length > 0) return ok(`fits a GitLab, if its project is ${projects.join(' or ')}`);
  const error = new CheckError(
    'CHECK_PATH_IMPOSSIBLE',
    `expected namespace/project in a path of this GitLab, found ${nameOf(place)}`,
  );
  return fail(error, 'add the path of the project to the destination');
};
