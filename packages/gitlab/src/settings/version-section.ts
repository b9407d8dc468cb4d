/** The version variables: needed only where a template would ask for a tag that is not there. */
import type { GitlabFacts } from '../facts/gitlab-facts.js';
import { wantedTag } from '../images/wanted-images.js';
import { versionVariable, type Analyzer } from './analyzer.js';
import { mainTag, quoted } from './image-name.js';
import type { Section } from './section.js';
import type { SettingsRequest } from './settings-request.js';

/** Undefined when every template finds its tag. */
export function versionSection(
  analyzers: readonly Analyzer[],
  { version, fips = false }: SettingsRequest,
  facts: GitlabFacts,
): Section | undefined {
  const gaps = analyzers.flatMap(({ image, facts: known, use }) => {
    const wanted = wantedTag(known, version, fips);
    const found = mainTag(image);
    if (wanted === undefined || found === undefined || image.tags.includes(wanted)) return [];
    return [{ name: known.name, wanted, found, use }];
  });
  if (gaps.length === 0) return undefined;
  const of = version === undefined ? 'of the newest GitLab that is known' : 'of that GitLab';
  return {
    id: 'version',
    title: 'Where the template would ask for another tag',
    notes: gaps.map(
      ({ name, wanted, found }) =>
        `the template ${of} asks for ${name}:${wanted}, and ${name}:${found} is there; import ${facts.registry}/${facts.namespace}/${name}:${wanted}, or set what stands below`,
    ),
    snippets: snippets(gaps),
  };
}

interface Gap {
  readonly found: string;
  readonly use: Analyzer['use'];
}

function snippets(gaps: readonly Gap[]): Section['snippets'] {
  const jobs = gaps.flatMap(({ found, use }) => {
    const variable = use === undefined ? undefined : versionVariable(use.job);
    if (use === undefined || variable === undefined) return [];
    return [`${use.job.name}:`, '  variables:', `    ${variable}: ${quoted(found)}`];
  });
  if (jobs.length === 0) return [];
  return [
    {
      file: 'version.gitlab-ci.yml',
      syntax: 'yaml',
      where: '.gitlab-ci.yml of a project, beside the include of the template',
      text: jobs.join('\n'),
    },
  ];
}
