/**
 * Where a GitLab looks for the project that an image belongs to.
 *
 * A path is that of a project, with up to two more names below it. How many groups stand before the
 * project cannot be seen from outside, so there may be several places to look.
 */

/** Names that may follow the path of the project. */
const maxLevelsBelowProject = 2;

/** At least a namespace and a project; the longest path first. Empty when no project can have this image. */
export function possibleProjects(repository: string): readonly string[] {
  const names = repository.split('/');
  return Array.from({ length: maxLevelsBelowProject + 1 }, (_, below) => names.length - below)
    .filter((length) => length >= 2)
    .map((length) => names.slice(0, length).join('/'));
}

/** What is wrong with the path whatever projects there are; undefined when nothing is. */
export function imagePathProblem(repository: string): string | undefined {
  if (possibleProjects(repository).length > 0) return undefined;
  return `a GitLab keeps an image below namespace/project, and ${repository} has no project in it`;
}

/** As a sentence part: `team/app or team`. */
export function listedProjects(repository: string): string {
  return possibleProjects(repository).join(' or ');
}
