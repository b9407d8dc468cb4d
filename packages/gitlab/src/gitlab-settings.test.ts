import { describe, expect, it } from '@jest/globals';
import { gitlabSettings } from './gitlab-settings.js';

const digest = `sha256:${'a'.repeat(64)}`;

function imported(repository: string, tags: readonly string[]) {
  return { registry: 'registry.example.com:5000', repository, tags, digest };
}

describe('telling what to paste into GitLab', () => {
  it('gives the prefix that the template puts before the name of the image', () => {
    expect(gitlabSettings([imported('namespace/dast', ['6'])])).toContain(
      'SECURE_ANALYZERS_PREFIX: "registry.example.com:5000/namespace"',
    );
  });

  it('names each prefix once, and the registry alone when there is no namespace', () => {
    const text = gitlabSettings([
      imported('a/x', ['1']),
      imported('a/y', ['1']),
      imported('z', ['1']),
    ]);
    expect(text.match(/SECURE_ANALYZERS_PREFIX/g)).toHaveLength(2);
    expect(text).toContain('"registry.example.com:5000"');
  });

  it('pins the DAST job by digest and leaves DAST_VERSION alone when the major is there', () => {
    const text = gitlabSettings([imported('namespace/dast', ['6', '6.1.0'])]);
    expect(text).toContain(`name: "registry.example.com:5000/namespace/dast@${digest}"`);
    expect(text).not.toContain('DAST_VERSION');
  });

  it('names the tag when the template would ask for one that is not there', () => {
    expect(gitlabSettings([imported('namespace/dast', ['6.1.0'])])).toContain(
      'DAST_VERSION: "6.1.0"',
    );
  });

  it('has nothing to say of an image that cannot be asked for by tag', () => {
    expect(gitlabSettings([imported('namespace/app', [])])).toBe('');
  });
});
