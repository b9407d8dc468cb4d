/** Whether a registry is that of a GitLab, by the one thing that every GitLab says: where its tokens come from. */

/** @param login Realm and service of the registry's challenge. */
export function isGitlabLogin(login: {
  readonly realm: string;
  readonly service: string | undefined;
}): boolean {
  // A GitLab below a path of its host has that path before it.
  return login.service === 'container_registry' && login.realm.endsWith('/jwt/auth');
}
