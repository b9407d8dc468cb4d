import { describe, expect, it } from '@jest/globals';
import { parseGitlabVersion } from '../facts/gitlab-version.js';
import { carriedWarnings } from './carried-images.js';

function warnings(version: string, repository: string, ...tags: readonly string[]): string {
  return carriedWarnings([{ repository, tags }], parseGitlabVersion(version)).join('\n');
}

describe('comparing what is carried with what a GitLab asks for', () => {
  it.each([
    ['18.5', 'security-products/dast', '6'],
    ['18.5', 'security-products/dast', '6-fips'],
    ['18.5', 'mirror/dast', '6.1.0', '6', 'latest'],
    ['17.0', 'security-products/dast', '5'],
    ['18.5', 'team/app', '1'],
    ['18.5', 'team/not-dast', '1'],
    ['18.5', 'security-products/dast'],
  ])('has nothing to say for GitLab %s of %s %j', (version, repository, ...tags) => {
    expect(warnings(version, repository, ...tags)).toBe('');
  });

  it.each([
    ['18.5', 'dast', '5', 'dast:6', 'set DAST_VERSION to "5" for the job dast'],
    ['18.5', 'dast', 'latest', 'dast:6', 'set DAST_VERSION to "latest"'],
    ['16.11', 'dast', '6', 'dast:4', 'set DAST_VERSION to "6"'],
    [
      '18.5',
      'semgrep',
      '5',
      'semgrep:6',
      'set SAST_ANALYZER_IMAGE_TAG to "5" for the job semgrep-sast',
    ],
    ['18.5', 'container-scanning', '6', 'container-scanning:8', 'export registry.gitlab.com'],
  ])('warns for GitLab %s of %s:%s', (version, name, tag, wanted, advice) => {
    const text = warnings(version, `security-products/${name}`, tag);
    expect(text).toContain(`what is carried is ${name}:${tag}`);
    expect(text).toContain(`asks for ${wanted};`);
    expect(text).toContain(`export registry.gitlab.com/security-products/${wanted}`);
    expect(text).toContain(advice);
  });

  it('says where it knows nothing', () => {
    expect(warnings('14.0', 'security-products/dast', '2')).toContain('nothing is known here');
  });
});
