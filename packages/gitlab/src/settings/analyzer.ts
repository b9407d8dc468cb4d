/**
 * Which imported image is which analyzer, and whether the prefix of the templates leads to it.
 *
 * A name alone decides: an image whose path ends in no known name, and that came
 * from none, is somebody else's.
 */
import type { GitlabFacts, ImageFacts, TemplateFact, TemplateJob } from '../facts/gitlab-facts.js';
import type { ImportedImage } from './settings-request.js';

export interface Analyzer {
  readonly image: ImportedImage;
  readonly facts: ImageFacts;
  /** What stands before `/NAME`; undefined when it was given another name. */
  readonly prefix: string | undefined;
  /** The first template that runs it, and the job; undefined where no template is known. */
  readonly use: TemplateUse | undefined;
}

export interface TemplateUse {
  readonly template: TemplateFact;
  readonly job: TemplateJob;
}

export function analyzersAmong(
  images: readonly ImportedImage[],
  facts: GitlabFacts,
): readonly Analyzer[] {
  return images.flatMap((image) => {
    const known = knownImage(image.source ?? image.repository, facts);
    if (known === undefined) return [];
    return [
      { image, facts: known, prefix: prefixOf(image, known.name), use: useOf(known.name, facts) },
    ];
  });
}

/** The image whose name the path ends with; of two the longer one. */
export function knownImage(repository: string, { images }: GitlabFacts): ImageFacts | undefined {
  return images
    .filter(({ name }) => repository === name || repository.endsWith(`/${name}`))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

export function useOf(name: string, { templates }: GitlabFacts): TemplateUse | undefined {
  for (const template of templates.filter(({ internal }) => !internal)) {
    const job = template.jobs.find(({ image }) => image === name);
    if (job !== undefined) return { template, job };
  }
  return undefined;
}

/** As it is included: without its folder where that works. */
export function includeName({ names }: TemplateFact): string {
  return names.find((name) => !name.includes('/')) ?? names[0] ?? '';
}

/** The variable of a job that is nothing but the tag. */
export function versionVariable({ variables, jobVariables }: TemplateJob): string | undefined {
  const all = Object.entries({ ...variables, ...jobVariables });
  return all.find(([, value]) => value === '{tag}')?.[0];
}

function prefixOf({ registry, repository }: ImportedImage, name: string): string | undefined {
  if (repository === name) return registry;
  if (!repository.endsWith(`/${name}`)) return undefined;
  return `${registry}/${repository.slice(0, -name.length - 1)}`;
}
