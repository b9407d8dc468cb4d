import { describe, expect, it } from '@jest/globals';
import { parseGitlabVersion } from '../facts/gitlab-version.js';
import { parsePreset } from './preset.js';
import { runnerHelperImage } from './runner-helper.js';
import { wantedImages } from './wanted-images.js';

function listFor(preset: string): readonly string[] {
  const prefix = 'registry.gitlab.com/security-products/';
  return wantedImages(parsePreset(preset)).images.map(({ reference }) => {
    expect(reference.startsWith(prefix)).toBe(true);
    return reference.slice(prefix.length);
  });
}

function notesFor(preset: string): string {
  return wantedImages(parsePreset(preset)).notes.join('\n');
}

const refusal = (code: string): unknown => expect.objectContaining({ code });

describe('listing what a GitLab asks for', () => {
  it.each([
    ['dast', ['dast:6']],
    ['dast@15.0', ['dast:3']],
    ['dast@15.11', ['dast:3']],
    ['dast@16.0', ['dast:4']],
    ['dast@17.11.3-ee', ['dast:5']],
    ['dast@v18.5', ['dast:6']],
    ['dast@18.5-fips', ['dast:6-fips']],
    ['dast-fips', ['dast:6-fips']],
    ['dast,api-security@17.2', ['dast:5', 'api-security:5']],
    ['api-fuzzing,api-security@18.0', ['api-security:6']],
    ['on-demand-dast@18.5', ['dast:6', 'dast-runner-validation:1']],
    ['iac@18.5-fips', ['kics:6-fips']],
    ['secret-detection@17.11', ['secrets:6']],
    ['secret-detection@18.0', ['secrets:7']],
    ['container-scanning@16.11', ['container-scanning:6']],
  ])('answers %s with the tags of that version', (preset, expected) => {
    expect(listFor(preset)).toEqual(expected);
  });

  it('answers for a newer GitLab with the newest known tags, and says of when they are', () => {
    const { images, assumed, notes } = wantedImages(parsePreset('dast@19.2'));
    expect(images.map(({ tag }) => tag)).toEqual(['6']);
    expect(assumed).toBe(true);
    expect(notes.join()).toMatch(
      /19\.2 is newer .* GitLab 18 .* checked on \d{4}-\d\d-\d\d; assumed/,
    );
    expect(wantedImages(parsePreset('dast@18.11'))).toMatchObject({ assumed: false, notes: [] });
  });

  it('says that the images of older majors are not rebuilt', () => {
    expect(notesFor('dast@17.11')).toContain('get no more fixes');
  });

  it('leaves out what is known only of newer versions, and says so', () => {
    expect(listFor('on-demand-dast@17.0')).toEqual(['dast:5']);
    expect(notesFor('on-demand-dast@17.0')).toContain(
      'left out dast-runner-validation: known only since GitLab 18.0',
    );
  });

  it('never lists an analyzer at its end of support, and says so', () => {
    expect(listFor('all@18.5').join()).not.toMatch(/bandit|gosec|license-finder/);
    expect(notesFor('all@18.5')).toMatch(/end of support: bandit, brakeman, .*security-code-scan/);
  });

  it('says which image the prefix does not move, and where no FIPS variant is known', () => {
    expect(notesFor('container-scanning@18.5')).toContain('set CS_ANALYZER_IMAGE');
    expect(notesFor('sast@18.5-fips')).toContain('no FIPS variant of kubesec');
    expect(notesFor('dast@18.5-fips')).toBe('');
  });
});

describe('asking for what is not known', () => {
  it.each([
    ['dast@14.10', 'GITLAB_VERSION_TOO_OLD', '15.0 or newer'],
    ['sast@16.0', 'GITLAB_VERSION_TOO_OLD', '17.0 or newer'],
    ['dast@18', 'GITLAB_VERSION_INVALID', '"18"'],
    ['dast@', 'GITLAB_VERSION_INVALID', 'found ""'],
    ['dast@latest', 'GITLAB_VERSION_INVALID', '"latest"'],
    ['dast@18.5@18.6', 'GITLAB_VERSION_INVALID', '18.5@18.6'],
    ['bandit', 'GITLAB_SCANNER_UNKNOWN', 'end of support'],
    ['dast,', 'GITLAB_SCANNER_UNKNOWN', 'found ""'],
    ['DAST', 'GITLAB_SCANNER_UNKNOWN', '"DAST"'],
    ['\u001b[2Jx', 'GITLAB_SCANNER_UNKNOWN', '"\\u001b[2Jx"'],
  ])('refuses %j', (preset, code, words) => {
    const ask = () => wantedImages(parsePreset(preset));
    expect(ask).toThrow(refusal(code));
    expect(ask).toThrow(words);
  });

  it('lists the scanners that are known', () => {
    expect(() => wantedImages({ scanners: ['zap'] })).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(/ dast, .*container-scanning, all$/),
      }),
    );
  });

  it.each(['18.5.0-pre', '18.5.1-rc42-ee', 'v18.5', '18.5.2-ce'])('reads %s as 18.5', (text) => {
    expect(parseGitlabVersion(text)).toEqual({ major: 18, minor: 5 });
  });
});

describe('naming the helper image of a runner', () => {
  it.each([
    ['18.5.0', 'x86_64', false, 'x86_64-v18.5.0'],
    ['v18.5.0', 'arm64', false, 'arm64-v18.5.0'],
    ['17.5.2', 'x86_64', true, 'ubi-fips-x86_64-v17.5.2'],
  ])('of %s for %s', (version, arch, fips, tag) => {
    expect(runnerHelperImage(version, arch, fips)).toBe(
      `registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:${tag}`,
    );
  });

  it.each([
    ['18.5', 'x86_64'],
    ['18.5.0', 'x86/64'],
    ['18.5.0', ''],
  ])('refuses %s for "%s"', (version, arch) => {
    expect(() => runnerHelperImage(version, arch, false)).toThrow(
      refusal('GITLAB_VERSION_INVALID'),
    );
  });
});
