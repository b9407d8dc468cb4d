/**
 * Which tags may be pushed, as the registry of a GitLab learns it from the token that it is shown.
 *
 * Here it looks at the account that the token was given to: the reference registry behind knows no such rules.
 */
import type { GitlabProject } from './gitlab-site.js';

export interface TagRefusal {
  readonly code: string;
  readonly message: string;
  readonly detail: string;
}

/** @param isThere Whether the tag is there already: only then is it immutable. */
export function tagRefusal(
  { protectedTags = [], immutableTags = [] }: GitlabProject,
  tag: string,
  { mayMaintain, isThere }: { readonly mayMaintain: boolean; readonly isThere: boolean },
): TagRefusal | undefined {
  if (!mayMaintain && protectedTags.some((pattern) => pattern.test(tag))) {
    return {
      code: 'PROTECTED_TAG',
      message: 'insufficient permissions to push protected tag',
      detail: `tag "${tag}" is protected`,
    };
  }
  if (isThere && immutableTags.some((pattern) => pattern.test(tag))) {
    return {
      code: 'IMMUTABLE_TAG',
      message: 'insufficient permissions to push immutable tag',
      detail: `tag "${tag}" is immutable`,
    };
  }
  return undefined;
}
