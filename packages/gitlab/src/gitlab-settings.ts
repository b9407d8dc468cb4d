/**
 * What to paste into GitLab after an import. Pure text: nothing is asked of a GitLab.
 *
 * The scan templates build their image from `SECURE_ANALYZERS_PREFIX`, the
 * image's name and a bare major number as the tag; the other way is to name
 * the image in the job itself, by digest.
 */
export interface ImportedImage {
  readonly registry: string;
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: string;
}

export function gitlabSettings(images: readonly ImportedImage[]): string {
  const prefixes = [...new Set(images.filter(({ tags }) => tags.length > 0).map(prefixOf))];
  const sections = prefixes.map((prefix) => prefixSection(prefix));
  const dast = images.filter(({ repository }) => nameOf(repository) === 'dast');
  return [...sections, ...dast.map(dastSection)].join('\n\n');
}

function prefixSection(prefix: string): string {
  return [
    '# Where the scan templates look for their images: a CI/CD variable of the instance, the group',
    '# or the project, under this name and with this value, or the same in .gitlab-ci.yml:',
    'variables:',
    `  SECURE_ANALYZERS_PREFIX: "${prefix}"`,
  ].join('\n');
}

function dastSection({ registry, repository, tags, digest }: ImportedImage): string {
  const major = tags.find((tag) => /^[0-9]+$/.test(tag));
  const version = major ?? tags[0];
  const lines = [
    '# .gitlab-ci.yml, with the image pinned by digest:',
    'include:',
    '  - template: DAST.gitlab-ci.yml',
    'dast:',
    '  image:',
    `    name: "${registry}/${repository}@${digest}"`,
  ];
  // The template asks for a bare major; another tag is found only when it is named.
  const needsVersion = version !== undefined && major === undefined;
  return [
    ...lines,
    ...(needsVersion ? ['  variables:', `    DAST_VERSION: "${version}"`] : []),
  ].join('\n');
}

function prefixOf({ registry, repository }: ImportedImage): string {
  const slash = repository.lastIndexOf('/');
  return slash === -1 ? registry : `${registry}/${repository.slice(0, slash)}`;
}

function nameOf(repository: string): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}
