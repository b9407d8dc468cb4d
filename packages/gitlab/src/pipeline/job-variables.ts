/** The variables that a job sees, as far as the files say: predefined below the pipeline's, below its own. */
import type { GitlabFacts, TemplateJob } from '../facts/gitlab-facts.js';
import type { PipelineVariable, PipelineVariables } from './expand-variables.js';
import { dereference } from './pipeline-jobs.js';
import {
  hashOf,
  textOf,
  textsOf,
  type PipelineHash,
  type PipelineValue,
} from './pipeline-value.js';

export const fipsVariable = 'CI_GITLAB_FIPS_MODE';

export interface JobContext {
  readonly configuration: PipelineHash;
  readonly facts: GitlabFacts;
  /** GitLab says so of itself; the files may say it too. */
  readonly fips: boolean;
}

export function jobVariables(
  job: PipelineHash,
  templateJob: TemplateJob | undefined,
  { configuration, facts, fips }: JobContext,
): PipelineVariables {
  const read = (value: PipelineValue | undefined) => variablesIn(value, configuration);
  const variables = new Map<string, PipelineVariable>([
    ['CI_TEMPLATE_REGISTRY_HOST', plain(facts.registry)],
    [fipsVariable, plain(String(fips))],
    ...inherited(read(configuration.get('variables')), job),
    ...read(job.get('variables')),
  ]);
  const suffix = templateJob?.suffix;
  const image = facts.images.find(({ name }) => name === templateJob?.image);
  // A rule of the template sets it, and rules win over everything in the files.
  if (suffix !== undefined && image?.fips !== undefined && isFips(variables))
    variables.set(suffix, plain(image.fips.suffix));
  // Where a template does not set its own suffix, nobody does, and GitLab puts nothing there.
  else if (suffix !== undefined && !variables.has(suffix)) variables.set(suffix, plain(''));
  return variables;
}

function isFips(variables: PipelineVariables): boolean {
  return variables.get(fipsVariable)?.value === 'true';
}

/** `inherit: variables:` keeps all of the pipeline's variables, some, or none. */
function inherited(
  variables: PipelineVariables,
  job: PipelineHash,
): readonly (readonly [string, PipelineVariable])[] {
  const chosen = hashOf(job.get('inherit'))?.get('variables');
  if (chosen === undefined || chosen === null || chosen === 'true') return [...variables];
  const names = textsOf(chosen);
  return [...variables].filter(([name]) => names.includes(name));
}

function variablesIn(
  value: PipelineValue | undefined,
  configuration: PipelineHash,
): PipelineVariables {
  const hash = hashOf(dereference(value, configuration)) ?? new Map<string, PipelineValue>();
  return new Map(
    [...hash].map(([name, item]) => {
      const found = dereference(item, configuration);
      const inner = hashOf(found);
      const text = inner === undefined ? textOf(found) : textOf(inner.get('value'));
      return [name, { value: text ?? '', isExpanded: inner?.get('expand') !== 'false' }];
    }),
  );
}

function plain(value: string): PipelineVariable {
  return { value, isExpanded: true };
}
