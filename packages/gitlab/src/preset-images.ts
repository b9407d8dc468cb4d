/**
 * The images that GitLab's offline scans need, by preset name.
 *
 * The DAST template of GitLab 18 asks for the tag 6 (gitlab-org/gitlab merge
 * request 188703), so that is what has to be there, not `latest`.
 */
export const presetImages: Readonly<Record<string, readonly string[]>> = {
  dast: ['registry.gitlab.com/security-products/dast:6'],
};

export const defaultPreset = 'dast';
