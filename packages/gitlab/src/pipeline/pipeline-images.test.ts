import { describe, expect, it } from '@jest/globals';
import { parseGitlabVersion } from '../facts/gitlab-version.js';
import { pipelineImages, type PipelineImages, type PipelineRequest } from './pipeline-images.js';

const home = 'registry.gitlab.com/security-products';

/** What a pipeline asks for, with the files of its repository by path. */
async function read(
  text: string,
  request: PipelineRequest & { readonly files?: Readonly<Record<string, string>> } = {},
): Promise<PipelineImages> {
  const { files = {}, ...rest } = request;
  return pipelineImages(text, (path) => Promise.resolve(files[path]), {
    version: parseGitlabVersion('18.5'),
    ...rest,
  });
}

async function namesIn(...args: Parameters<typeof read>): Promise<readonly string[]> {
  return (await read(...args)).images.map(({ reference }) => reference);
}

async function notesOn(...args: Parameters<typeof read>): Promise<string> {
  return (await read(...args)).notes.join('\n');
}

const dast = 'include:\n  - template: DAST.gitlab-ci.yml\n';

describe('reading the templates that a pipeline includes', () => {
  it.each([
    ['DAST.gitlab-ci.yml', 'dast:6'],
    ['Security/DAST.gitlab-ci.yml', 'dast:6'],
    ['DAST.latest.gitlab-ci.yml', 'dast:6'],
    ['DAST-On-Demand-Scan.gitlab-ci.yml', 'dast:6'],
    ['DAST-API.gitlab-ci.yml', 'api-security:6'],
    ['API-Security.gitlab-ci.yml', 'api-security:6'],
    ['API-Fuzzing.gitlab-ci.yml', 'api-security:6'],
    ['Jobs/Secret-Detection.gitlab-ci.yml', 'secrets:7'],
    ['Security/Container-Scanning.gitlab-ci.yml', 'container-scanning:8'],
    ['Jobs/SAST-IaC.gitlab-ci.yml', 'kics:6'],
    ['Jobs/Dependency-Scanning.v2.gitlab-ci.yml', 'dependency-scanning:1'],
  ])('finds the image of %s', async (template, image) => {
    expect(await namesIn(`include: { template: ${template} }`)).toEqual([`${home}/${image}`]);
  });

  it('finds every image of a template with several jobs', async () => {
    expect(await namesIn('include: [{ template: SAST.gitlab-ci.yml }]')).toEqual(
      expect.arrayContaining([`${home}/semgrep:6`, `${home}/kubesec:6`]),
    );
  });

  it.each([
    ['17.11', 'dast:5'],
    ['15.0', 'dast:3'],
    ['19.2', 'dast:6'],
  ])('answers for GitLab %s with %s', async (version, image) => {
    expect(await namesIn(dast, { version: parseGitlabVersion(version) })).toEqual([
      `${home}/${image}`,
    ]);
  });

  it('says so where the tag of that version is not known', async () => {
    const request = { version: parseGitlabVersion('15.0') };
    const found = await read('include: [{ template: SAST.gitlab-ci.yml }]', request);
    expect(found.images).toEqual([]);
    expect(found.notes.join()).toContain('nothing read here says what SAST_ANALYZER_IMAGE_TAG is');
  });

  it('names a template that it does not know', async () => {
    expect(await notesOn(`include: [{ template: Auto-DevOps.gitlab-ci.yml }]`)).toContain(
      'the template Auto-DevOps.gitlab-ci.yml is not known here',
    );
  });

  it.each([
    [dast, { fips: true }],
    [`${dast}variables: { CI_GITLAB_FIPS_MODE: "true" }`, {}],
  ])('asks for the variant of FIPS mode when GitLab or the file says so', async (text, request) => {
    expect(await namesIn(text, request)).toEqual([`${home}/dast:6-fips`]);
  });
});

describe('taking a rule of a template for what it is', () => {
  it.each([
    ['Jobs/Dependency-Scanning.gitlab-ci.yml', 'gemnasium:6-fips'],
    ['Jobs/Container-Scanning.gitlab-ci.yml', 'container-scanning:8-fips'],
    // Its template leaves the variant to people.
    ['Jobs/SAST-IaC.gitlab-ci.yml', 'kics:6'],
  ])('%s asks for %s in FIPS mode', async (template, image) => {
    const names = await namesIn(`include: { template: ${template} }`, { fips: true });
    expect(names[0]).toBe(`${home}/${image}`);
  });
});

describe('following what a pipeline changes', () => {
  it.each([
    ['a version for all jobs', 'variables: { DAST_VERSION: 5 }', 'dast:5'],
    ['with a description', 'variables: { DAST_VERSION: { value: "5", description: x } }', 'dast:5'],
    [
      'in the job, over all jobs',
      'variables: { DAST_VERSION: 4 }\ndast: { variables: { DAST_VERSION: 5 } }',
      'dast:5',
    ],
    [
      'through other variables',
      'variables: { A: "$B", B: "${C}.1", C: 6, DAST_VERSION: $A }',
      'dast:6.1',
    ],
    ['a suffix', 'variables: { DAST_IMAGE_SUFFIX: -fips }', 'dast:6-fips'],
    ['a number as GitLab writes it', 'variables: { DAST_VERSION: 6.10 }', 'dast:6.1'],
    ['through an anchor', '.v: &v { DAST_VERSION: 5 }\ndast: { variables: { <<: *v } }', 'dast:5'],
    ['through extends', '.v: { variables: { DAST_VERSION: 5 } }\ndast: { extends: .v }', 'dast:5'],
    [
      'through a reference',
      '.v: { variables: { V: 5 } }\ndast: { variables: { DAST_VERSION: !reference [.v, variables, V] } }',
      'dast:5',
    ],
    [
      'the image, by tag',
      'dast: { image: registry.example.com/namespace/dast:latest }',
      'dast:latest',
    ],
    [
      'the image, with its name',
      'dast: { image: { name: "registry.example.com/a/dast:5", entrypoint: [""] } }',
      'dast:5',
    ],
    ['the prefix', 'variables: { SECURE_ANALYZERS_PREFIX: registry.example.com/ns }', 'dast:6'],
  ])('%s', async (_what, more, image) => {
    expect(await namesIn(`${dast}${more}\n`)).toEqual([`${home}/${image}`]);
  });

  it('names an analyzer by its home, and says under which name the job asks for it', async () => {
    const moved = `${dast}variables: { SECURE_ANALYZERS_PREFIX: registry.example.com/ns }`;
    const { images, notes } = await read(moved);
    expect(images).toEqual([
      { reference: `${home}/dast:6`, asked: ['registry.example.com/ns/dast:6'], jobs: ['dast'] },
    ]);
    expect(notes.join()).toContain('dast for registry.example.com/ns/dast:6');
  });

  it('keeps a digest', async () => {
    const digest = `sha256:${'b'.repeat(64)}`;
    const image = `registry.example.com/namespace/dast@${digest}`;
    expect(await namesIn(`${dast}dast: { image: "${image}" }`)).toEqual([`${home}/dast@${digest}`]);
  });

  it('takes an image of other hands as it stands, in a job of a template too', async () => {
    expect(await namesIn(`${dast}dast: { image: example.com/own/scanner:1 }`)).toEqual([
      'example.com/own/scanner:1',
    ]);
  });

  it('leaves out a job whose only rule says never', async () => {
    const text =
      'include: [{ template: SAST.gitlab-ci.yml }]\nsemgrep-sast: { rules: [{ when: never }] }';
    expect((await namesIn(text)).join()).not.toContain('semgrep');
  });
});

describe('reading the other jobs of a pipeline', () => {
  it.each([
    ['of a job', 'a: { image: ruby:3 }', ['docker.io/library/ruby:3']],
    ['of all jobs', 'default: { image: ruby:3 }\na: { script: x }', ['docker.io/library/ruby:3']],
    ['of all jobs, the old way', 'image: ruby:3\na: { script: x }', ['docker.io/library/ruby:3']],
    ['of no job that wants none', 'image: ruby:3\na: { inherit: { default: false } }', []],
    [
      'of services',
      'a: { services: [redis:7, { name: "mysql:8" }] }',
      ['docker.io/library/redis:7', 'docker.io/library/mysql:8'],
    ],
    ['not of hidden jobs', '.a: { image: ruby:3 }', []],
    ['not of jobs that start pipelines', 'image: ruby:3\na: { trigger: group/project }', []],
    ['once', 'a: { image: x.io/y }\nb: { image: "x.io/y:latest" }', ['x.io/y:latest']],
    [
      'without the variables of the pipeline',
      'variables: { V: 1 }\na: { image: "x.io/y:$V", inherit: { variables: false } }',
      [],
    ],
    [
      'with one of them',
      'variables: { V: 1 }\na: { image: "x.io/y:$V", inherit: { variables: [V] } }',
      ['x.io/y:1'],
    ],
    [
      'with a variable that stays as it is',
      'variables: { V: { value: "$W", expand: false }, W: 1 }\na: { image: "x.io/y:$V" }',
      [],
    ],
  ])('finds the images %s', async (_what, text, images) => {
    expect(await namesIn(text)).toEqual(images);
  });

  it.each([
    ['a: { image: $CI_REGISTRY_IMAGE/x }', 'CI_REGISTRY_IMAGE'],
    ['variables: { A: "$B", B: "$A" }\na: { image: "x/$A" }', 'A'],
    ['variables: { A: "$A" }\na: { image: "x/${A}" }', 'A'],
    ['a: { image: "x:%V%" }', 'V'],
  ])('names what cannot be known offline in %j', async (text, name) => {
    expect(await notesOn(text)).toContain(`nothing read here says what ${name} is`);
  });

  it('gives up on variables that double each other', async () => {
    const names = Array.from({ length: 19 }, (_, at) => `V${at}: "$V${at + 1}$V${at + 1}"`);
    const text = `variables: { ${names.join(', ')}, V19: x }\na: { image: "$V0" }`;
    expect(await notesOn(text)).toContain('nothing read here says');
  });

  it('says when an image is none, without control characters', async () => {
    expect(await notesOn('a: { image: "A B\u001b[2J" }')).toMatch(
      /"A B\\u001b\[2J", which names no/,
    );
  });

  it('says when no job runs DAST', async () => {
    expect(await notesOn('a: { image: ruby:3 }')).toContain('no job of this pipeline runs DAST');
    expect(await notesOn(dast)).toBe('');
  });
});

describe('reading what a pipeline includes of its own repository', () => {
  it('reads files, and what they include, the file itself over all of them', async () => {
    const files = {
      '/ci/a.yml': `include: b.yml\nvariables: { DAST_VERSION: 3 }`,
      'b.yml': `${dast}variables: { DAST_VERSION: 2 }\nb: { image: ruby:3 }`,
    };
    const text = 'include: [{ local: /ci/a.yml }]\nvariables: { DAST_VERSION: 5 }';
    expect(await namesIn(text, { files })).toEqual([`${home}/dast:5`, 'docker.io/library/ruby:3']);
  });

  it('ends when files include each other', async () => {
    const files = { a: 'include: b', b: 'include: a' };
    expect(await notesOn('include: a', { files })).toContain('more than 150 includes');
  });

  it.each([
    ['include: missing.yml', 'local: missing.yml'],
    ['include: [{ local: "ci/*.yml" }]', 'local: ci/*.yml'],
    ['include: [{ local: $CI_PROJECT_DIR/x.yml }]', 'local: $CI_PROJECT_DIR/x.yml'],
    ['include: https://example.com/x.yml', 'remote: https://example.com/x.yml'],
    ['include: [{ remote: "https://example.com/x.yml" }]', 'remote: https://example.com/x.yml'],
    ['include: [{ project: a/b, file: c.yml }]', 'project: a/b'],
    ['include: [{ component: $CI_SERVER_FQDN/a/b@1 }]', 'component: $CI_SERVER_FQDN/a/b@1'],
    ['include: [[]]', 'an entry of an unknown kind'],
  ])('names what it cannot read: %s', async (text, what) => {
    expect(await notesOn(text)).toContain(`include ${what} cannot be read here`);
  });

  it('reads a file with inputs, and says that it does not know them', async () => {
    const text = `spec: { inputs: { v: { default: 5 } } }\n---\na: { image: "x.io/y:$[[ inputs.v ]]" }`;
    const notes = await notesOn(text);
    expect(notes).toContain('inputs of the file are not known');
    expect(notes).toContain('which names no image');
  });

  it.each(['https://r.example.com/x', 'r.example.com/x/'])(
    'says how a prefix is written that is given as %s',
    async (prefix) => {
      const text = `include: [{ template: DAST.gitlab-ci.yml }]\nvariables: { SECURE_ANALYZERS_PREFIX: "${prefix}" }`;
      const notes = await notesOn(text);
      expect(notes).toContain('without a scheme and without a slash at its end');
      expect(notes).not.toContain('no job of this pipeline runs DAST');
    },
  );
});
