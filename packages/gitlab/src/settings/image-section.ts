/** The other way: the image named in the job itself, pinned by digest, or by tag. */
import { includeName, type Analyzer } from './analyzer.js';
import { byDigest, byTag, mainTag, yamlScalar } from './image-name.js';
import type { Section, Snippet } from './section.js';

/** Undefined when no template is known that runs one of the images. */
export function imageSection(analyzers: readonly Analyzer[]): Section | undefined {
  const pinned = snippet('by digest', analyzers, ({ image }) =>
    image.digest === undefined ? undefined : byDigest(image, image.digest),
  );
  const tagged = snippet('by tag', analyzers, ({ image }) => {
    const tag = mainTag(image);
    return tag === undefined ? undefined : byTag(image, tag);
  });
  if (pinned.length + tagged.length === 0) return undefined;
  return {
    id: 'image',
    title: 'The image named in the job, in place of the prefix or beside it',
    notes: [
      ...(pinned.length === 0
        ? []
        : ['by digest the job gets this very image, whatever happens to the tag']),
      'by tag it gets what the next import puts there',
    ],
    snippets: [...pinned, ...tagged],
  };
}

function snippet(
  how: 'by digest' | 'by tag',
  analyzers: readonly Analyzer[],
  nameOf: (analyzer: Analyzer) => string | undefined,
): readonly Snippet[] {
  const templates = new Set<string>();
  const jobs = analyzers.flatMap((analyzer) => {
    const name = nameOf(analyzer);
    if (name === undefined || analyzer.use === undefined) return [];
    const { template, job } = analyzer.use;
    templates.add(includeName(template));
    return [`${job.name}:`, `  image: ${yamlScalar(name)}`];
  });
  if (jobs.length === 0) return [];
  return [
    {
      file: how === 'by digest' ? 'image-by-digest.gitlab-ci.yml' : 'image-by-tag.gitlab-ci.yml',
      syntax: 'yaml',
      where: `.gitlab-ci.yml of a project, ${how}`,
      text: ['include:', ...[...templates].map((name) => `  - template: ${name}`), ...jobs].join(
        '\n',
      ),
    },
  ];
}
