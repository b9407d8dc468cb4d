/** How large a CI file may be. */

/** GitLab's own limit for one file. */
export const maxYamlBytes = 2 * 1024 * 1024;
