/** `SECURE_ANALYZERS_PREFIX`: where the scan templates look for their images, and who does not follow it. */
import { prefixVariable } from '../images/wanted-images.js';
import type { Analyzer } from './analyzer.js';
import { byTag, mainTag, quoted } from './image-name.js';
import type { Section } from './section.js';

/** Undefined when no analyzer is among the images. */
export function prefixSection(analyzers: readonly Analyzer[]): Section | undefined {
  const followers = analyzers.filter(({ facts }) => facts.ignoresPrefix === undefined);
  const prefixes = [...new Set(followers.flatMap(({ prefix }) => prefix ?? []))];
  const own = analyzers.flatMap(ownVariable);
  const lines = [
    ...prefixes.slice(0, 1).map((prefix) => `${prefixVariable}: ${quoted(prefix)}`),
    ...own,
  ];
  if (analyzers.length === 0) return undefined;
  return {
    id: 'prefix',
    title: 'Where the scan templates look for their images',
    notes: [...placeNotes(lines), ...manyNotes(prefixes, followers), ...strayNotes(analyzers)],
    snippets:
      lines.length === 0
        ? []
        : [
            {
              file: 'variables.gitlab-ci.yml',
              syntax: 'yaml',
              where:
                'a CI/CD variable of the instance, a group or a project, under this name and with this value; or, for one project, these lines in its .gitlab-ci.yml',
              text: ['variables:', ...lines.map((line) => `  ${line}`)].join('\n'),
            },
          ],
  };
}

/** Images that the prefix does not move have a variable that names the image itself. */
function ownVariable({ image, facts }: Analyzer): readonly string[] {
  const variable = facts.ignoresPrefix?.variable;
  const tag = mainTag(image);
  if (variable === undefined || !variable.endsWith('_IMAGE') || tag === undefined) return [];
  return [`${variable}: ${quoted(byTag(image, tag))}`];
}

function placeNotes(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    'the wider the place, the fewer jobs are forgotten: instance before group before project; set it there only when every analyzer in use is under this prefix',
    'a variable of a project wins over one of its group, a group over the instance, and each of them over what stands in a .gitlab-ci.yml',
  ];
}

function manyNotes(prefixes: readonly string[], followers: readonly Analyzer[]): readonly string[] {
  if (prefixes.length < 2) return [];
  const [first = '', ...others] = prefixes;
  const away = followers.filter(({ prefix }) => prefix !== undefined && prefix !== first);
  const names = away.map(({ facts }) => facts.name).join(', ');
  return [
    `the variable has one value, and it does not lead to ${names}, imported under ${others.join(', ')}: import all of them under one prefix, or name their images in the jobs`,
  ];
}

function strayNotes(analyzers: readonly Analyzer[]): readonly string[] {
  return analyzers.flatMap(({ image, facts: { name, ignoresPrefix }, prefix }) => {
    if (ignoresPrefix !== undefined)
      return [`${name} does not follow ${prefixVariable}: ${ignoresPrefix.variable} moves it`];
    if (prefix !== undefined) return [];
    return [
      `no prefix leads to ${image.registry}/${image.repository}, because its path does not end in ${name}: name it in the job`,
    ];
  });
}
