import { describe, expect, it } from '@jest/globals';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { parseGitlabVersion } from '../facts/gitlab-version.js';
import type { Section, SectionId } from './section.js';
import type { ImportedImage, SettingsRequest } from './settings-request.js';
import { settingsSections } from './settings-sections.js';
import { gitlabSettings, settingsText, snippetFile } from './settings-text.js';

const digest = `sha256:${'a'.repeat(64)}`;
const host = 'registry.example.com:5000';

function imported(repository: string, ...tags: readonly string[]): ImportedImage {
  return { registry: host, repository, tags, digest };
}

function sections(
  images: readonly ImportedImage[],
  more: Omit<SettingsRequest, 'images'> = {},
): ReadonlyMap<SectionId, Section> {
  return new Map(settingsSections({ images, ...more }).map((section) => [section.id, section]));
}

/** The text of a file of the settings, as it is written. */
function file(found: ReadonlyMap<SectionId, Section>, name: string): string {
  const snippets = [...found.values()].flatMap((section) => section.snippets);
  const snippet = snippets.find((each) => each.file === name);
  if (snippet === undefined)
    throw new Error(`expected ${name}, found ${snippets.map((each) => each.file).join(' ')}`);
  return snippetFile(snippet);
}

function notes(found: ReadonlyMap<SectionId, Section>, id: SectionId): string {
  return found.get(id)?.notes.join('\n') ?? '';
}

describe('writing what goes into GitLab', () => {
  it('writes the very lines of the GitLab documentation for an image that is known by its tag', () => {
    const image = {
      registry: 'registry.example.com',
      repository: 'namespace/dast',
      tags: ['latest'],
    };
    const found = sections([image]);
    expect(found.get('image')?.snippets.map(({ text }) => text)).toEqual([
      [
        'include:',
        '  - template: DAST.gitlab-ci.yml',
        'dast:',
        '  image: registry.example.com/namespace/dast:latest',
      ].join('\n'),
    ]);
  });

  it('gives the prefix that the template puts before the name of the image', () => {
    const found = sections([imported('namespace/dast', '6')]);
    expect(parseYaml(file(found, 'variables.gitlab-ci.yml'))).toEqual({
      variables: { SECURE_ANALYZERS_PREFIX: `${host}/namespace` },
    });
    expect(notes(found, 'prefix')).toContain('instance before group before project');
  });

  it('gives the registry alone when there is no namespace', () => {
    expect(file(sections([imported('dast', '6')]), 'variables.gitlab-ci.yml')).toContain(
      `SECURE_ANALYZERS_PREFIX: "${host}"`,
    );
  });

  it('pins each job by digest, under the template that has it', () => {
    const found = sections([imported('ns/dast', '6'), imported('ns/semgrep', '6')]);
    expect(parseYaml(file(found, 'image-by-digest.gitlab-ci.yml'))).toEqual({
      include: [{ template: 'DAST.gitlab-ci.yml' }, { template: 'SAST.gitlab-ci.yml' }],
      dast: { image: `${host}/ns/dast@${digest}` },
      'semgrep-sast': { image: `${host}/ns/semgrep@${digest}` },
    });
  });

  it.each(['[::1]:5000', 'localhost:5000', '127.0.0.1:5000', 'registry.example.com'])(
    'writes YAML and TOML that say the same as the name of the registry %s',
    (registry) => {
      const found = sections([{ registry, repository: 'ns/dast', tags: ['6'], digest }]);
      expect(parseYaml(file(found, 'image-by-tag.gitlab-ci.yml'))).toMatchObject({
        dast: { image: `${registry}/ns/dast:6` },
      });
      expect(parseToml(file(found, 'hosts.toml'))).toMatchObject({ server: `https://${registry}` });
    },
  );

  it('says that one variable cannot lead to two prefixes, and to whom it does not', () => {
    const found = sections([imported('a/dast', '6'), imported('b/semgrep', '6')]);
    expect(file(found, 'variables.gitlab-ci.yml').match(/SECURE_ANALYZERS_PREFIX/g)).toHaveLength(
      1,
    );
    expect(notes(found, 'prefix')).toContain(`does not lead to semgrep, imported under ${host}/b`);
  });

  it('gives container scanning a variable of its own, since it does not follow the prefix', () => {
    const found = sections([imported('ns/container-scanning', '8')]);
    expect(parseYaml(file(found, 'variables.gitlab-ci.yml'))).toEqual({
      variables: { CS_ANALYZER_IMAGE: `${host}/ns/container-scanning:8` },
    });
    expect(notes(found, 'prefix')).toContain('does not follow SECURE_ANALYZERS_PREFIX');
  });

  it('names an analyzer in its job when its path was mapped to a name that no prefix leads to', () => {
    const found = sections([{ ...imported('ns/scanner', '6'), source: 'security-products/dast' }]);
    expect(found.get('prefix')?.snippets).toEqual([]);
    expect(notes(found, 'prefix')).toContain(`no prefix leads to ${host}/ns/scanner`);
    expect(file(found, 'image-by-tag.gitlab-ci.yml')).toContain(`image: ${host}/ns/scanner:6`);
  });

  it('says nothing of GitLab for images that are no analyzers', () => {
    expect(gitlabSettings([imported('team/app', '1.4')])).toBe('');
    expect([...sections([imported('team/app', '1.4')]).keys()]).not.toContain('prefix');
  });
});

describe('seeing whether the template finds its tag', () => {
  const dast5 = [imported('ns/dast', '5')];

  it('sets DAST_VERSION when the major that is there is another one', () => {
    const found = sections(dast5, { version: parseGitlabVersion('18.5') });
    expect(parseYaml(file(found, 'version.gitlab-ci.yml'))).toEqual({
      dast: { variables: { DAST_VERSION: '5' } },
    });
    expect(notes(found, 'version')).toContain('security-products/dast:6');
  });

  it('leaves it alone when the version asks for what is there', () => {
    const found = sections(dast5, { version: parseGitlabVersion('17.11') });
    expect(found.has('version')).toBe(false);
  });

  it('takes the newest GitLab that is known when none is named', () => {
    expect(sections(dast5).has('version')).toBe(true);
  });

  it('asks for the variant of FIPS mode', () => {
    const found = sections([imported('ns/dast', '6')], { fips: true });
    expect(notes(found, 'version')).toContain('dast:6-fips');
  });

  it('sets the variable in the job where the template sets it there', () => {
    const found = sections([imported('ns/semgrep', '6.2.0')]);
    expect(parseYaml(file(found, 'version.gitlab-ci.yml'))).toEqual({
      'semgrep-sast': { variables: { SAST_ANALYZER_IMAGE_TAG: '6.2.0' } },
    });
  });

  it('is left out after an import that nobody named a GitLab for, when a bare major is there', () => {
    expect(gitlabSettings(dast5)).not.toContain('DAST_VERSION');
    expect(gitlabSettings([imported('ns/dast', '6.1.0')])).toContain('DAST_VERSION: "6.1.0"');
    expect(gitlabSettings(dast5, parseGitlabVersion('18.5'))).toContain('DAST_VERSION: "5"');
  });
});

describe('writing what goes to runners and nodes', () => {
  it.each(['docker', 'kubernetes'])(
    'tells a runner with the %s executor to pull each time',
    (executor) => {
      const found = sections([imported('ns/dast', '6'), imported('ns/deep/app', '1')]);
      const { runners } = parseToml(file(found, `runner-${executor}.toml`));
      expect(runners).toEqual([
        {
          [executor]: expect.objectContaining({
            pull_policy: ['always'],
            allowed_pull_policies: ['always'],
            allowed_images: [`${host}/ns/*:*`, `${host}/ns/deep/*:*`],
          }),
        },
      ]);
    },
  );

  it('names the folder of the node in the form that containerd looks for first', () => {
    const found = sections([imported('ns/dast', '6')], { ca: '-----BEGIN CERTIFICATE-----\n' });
    expect(file(found, 'hosts.toml')).toContain('certs.d/registry.example.com_5000_/hosts.toml');
    expect(parseToml(file(found, 'hosts.toml'))).toEqual({
      server: `https://${host}`,
      capabilities: ['pull', 'resolve'],
      ca: '/etc/containerd/certs.d/registry.example.com_5000_/ca.crt',
    });
    expect(file(found, 'ca.crt')).toBe('-----BEGIN CERTIFICATE-----\n');
    expect(notes(found, 'docker')).toContain(`/etc/docker/certs.d/${host}/ca.crt`);
  });

  it.each([
    ['containerd-1.toml', 2, 'io.containerd.grpc.v1.cri'],
    ['containerd-2.toml', 3, 'io.containerd.cri.v1.images'],
  ])('writes %s for the plugin of that version', (name, version, plugin) => {
    expect(parseToml(file(sections([imported('ns/dast', '6')]), name))).toEqual({
      version,
      plugins: { [plugin]: { registry: { config_path: '/etc/containerd/certs.d' } } },
    });
  });

  it('speaks plain http where that was said, and asks no certificate of it', () => {
    const found = sections([imported('ns/dast', '6')], { plainHttp: true, ca: 'unused' });
    expect(parseToml(file(found, 'hosts.toml'))).toEqual({
      server: `http://${host}`,
      capabilities: ['pull', 'resolve'],
    });
    expect(JSON.parse(file(found, 'daemon.json'))).toEqual({ 'insecure-registries': [host] });
  });

  it('offers to leave templates unmodified only when the path was kept', () => {
    const kept = sections([imported('security-products/dast', '6')]);
    expect(parseToml(file(kept, 'hosts-unmodified.toml'))).toMatchObject({
      server: `https://${host}`,
    });
    expect(sections([imported('ns/dast', '6')]).has('unmodified-templates')).toBe(false);
    expect(sections([imported('ns/security-products/dast', '6')]).has('unmodified-templates')).toBe(
      false,
    );
  });

  it('names the helper image of the runner, where it is or that it is missing', () => {
    const runner = { version: '18.5.0', arch: 'x86_64' };
    const helper = imported('ns/gitlab-runner-helper', 'x86_64-v18.5.0');
    expect(notes(sections([imported('ns/dast', '6')], { runner }), 'helper-image')).toContain(
      'gitlab-runner-helper:x86_64-v18.5.0, and it is not among these images',
    );
    const found = sections([helper], { runner });
    expect(parseToml(file(found, 'helper-image-docker.toml'))).toEqual({
      runners: [{ docker: { helper_image: `${host}/ns/gitlab-runner-helper:x86_64-v18.5.0` } }],
    });
  });

  it('writes the pull secret for this registry, with a password that stands in a file', () => {
    const text = file(sections([imported('ns/dast', '6')]), 'pull-secret.sh');
    expect(text).toContain(`--docker-server='${host}'`);
    expect(text).toContain('--docker-password="$(cat DEPLOY_TOKEN_FILE)"');
    const found = sections([imported('ns/dast', '6')]);
    expect(notes(found, 'credentials')).toContain('DOCKER_AUTH_CONFIG');
    expect(notes(found, 'job-token')).toContain('Job token permissions');
  });

  it('tells nobody to include a template that is for GitLab alone', () => {
    const found = sections([imported('security-products/dast-runner-validation', '1')]);
    expect(found.has('image')).toBe(false);
    expect(notes(found, 'prefix')).toContain('CI_TEMPLATE_REGISTRY_HOST moves it');
  });

  it('never tells anybody to set a variable that DAST does not take', () => {
    const text = settingsText(settingsSections({ images: [imported('ns/dast', '6')] }));
    expect(text.match(/ADDITIONAL_CA_CERT_BUNDLE/g)).toHaveLength(1);
    expect(text.replaceAll('\n#   ', ' ')).toContain('takes no ADDITIONAL_CA_CERT_BUNDLE');
  });

  it('says how the last import leaves the nodes, by name', () => {
    const found = sections([imported('ns/dast', '6')]);
    expect(file(found, 'remove-copies-containerd.sh')).toContain(
      `crictl rmi \\\n  '${host}/ns/dast:6'`,
    );
    expect(sections([imported('ns/dast')]).has('stale-copies')).toBe(false);
  });
});

describe('setting settings as text', () => {
  it('breaks no line that is to be pasted, and every comment before column 101 but for long words', () => {
    const text = settingsText(settingsSections({ images: [imported('ns/dast', '6')] }));
    for (const line of text.split('\n').filter((each) => each.startsWith('# '))) {
      expect(line.length <= 100 || line.split(' ').some((word) => word.length > 60)).toBe(true);
    }
    expect(text).toContain(`${host}/ns/dast:6@${digest}\n`);
  });
});
