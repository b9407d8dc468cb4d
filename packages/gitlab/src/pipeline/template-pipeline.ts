/** What a template adds to a pipeline, as far as images go: its variables, and a job for each analyzer. */
import type { GitlabFacts, TemplateFact, TemplateJob } from '../facts/gitlab-facts.js';
import type { GitlabVersion } from '../facts/gitlab-version.js';
import { prefixVariable, wantedTag } from '../images/wanted-images.js';
import type { PipelineHash, PipelineValue } from './pipeline-value.js';

/** A variable whose tag is not known for that version is left out, so that its image cannot be resolved. */
export function templatePipeline(
  { jobs }: TemplateFact,
  version: GitlabVersion | undefined,
  facts: GitlabFacts,
): PipelineHash {
  const globals = new Map<string, PipelineValue>([
    [prefixVariable, `$CI_TEMPLATE_REGISTRY_HOST/${facts.namespace}`],
  ]);
  const pipeline = new Map<string, PipelineValue>([['variables', globals]]);
  for (const job of jobs) {
    const tag = tagOf(job, version, facts);
    for (const [name, value] of withTag(job.variables, tag)) globals.set(name, value);
    pipeline.set(
      job.name,
      new Map<string, PipelineValue>([
        ['image', job.expression],
        ['variables', withTag(job.jobVariables, tag)],
      ]),
    );
  }
  return pipeline;
}

function tagOf(
  { image }: TemplateJob,
  version: GitlabVersion | undefined,
  { images }: GitlabFacts,
): string | undefined {
  const known = images.find(({ name }) => name === image);
  return known === undefined ? undefined : wantedTag(known, version, false);
}

function withTag(
  variables: Readonly<Record<string, string>>,
  tag: string | undefined,
): ReadonlyMap<string, string> {
  const entries = Object.entries(variables).filter(
    ([, value]) => tag !== undefined || !value.includes('{tag}'),
  );
  return new Map(entries.map(([name, value]) => [name, value.replace('{tag}', tag ?? '')]));
}
