/** The jobs of a configuration, each with what it extends laid below it. Hidden jobs only lend themselves. */
import { mergeHashes } from './merge-hashes.js';
import {
  hashOf,
  listOf,
  PipelineReference,
  textOf,
  textsOf,
  type PipelineHash,
  type PipelineValue,
} from './pipeline-value.js';

export interface PipelineJob {
  readonly name: string;
  readonly configuration: PipelineHash;
}

/** Keys at the top that are no jobs. */
const notJobs = new Set([
  ...['default', 'include', 'spec', 'stages', 'types', 'variables', 'workflow'],
  ...['image', 'services', 'cache', 'before_script', 'after_script'],
]);

/** GitLab's own limits: extends of extends, and references to references. */
const maxExtends = 11;
const maxReferences = 10;

export function pipelineJobs(configuration: PipelineHash): readonly PipelineJob[] {
  return [...configuration].flatMap(([name, value]) => {
    const job = hashOf(value);
    if (job === undefined || notJobs.has(name) || name.startsWith('.')) return [];
    const whole = extended(job, configuration, maxExtends);
    return isNever(whole) ? [] : [{ name, configuration: whole }];
  });
}

/** Puts what stands at the place of a `!reference` in its place; null when there is nothing. */
export function dereference(
  value: PipelineValue | undefined,
  configuration: PipelineHash,
  left = maxReferences,
): PipelineValue {
  if (!(value instanceof PipelineReference)) return value ?? null;
  if (left === 0) return null;
  let found: PipelineValue = configuration;
  for (const key of value.path) found = hashOf(found)?.get(key) ?? null;
  return dereference(found, configuration, left - 1);
}

function extended(job: PipelineHash, configuration: PipelineHash, left: number): PipelineHash {
  if (left === 0) return job;
  let below: PipelineHash = new Map();
  for (const name of textsOf(job.get('extends'))) {
    const base = hashOf(configuration.get(name));
    if (base !== undefined) below = mergeHashes(below, extended(base, configuration, left - 1));
  }
  return mergeHashes(below, job);
}

/** The usual way to switch off a job of a template: one rule, and it says never. */
function isNever(job: PipelineHash): boolean {
  const rules = listOf(job.get('rules'));
  const [only] = rules ?? [];
  const rule = hashOf(only);
  return rules?.length === 1 && rule?.size === 1 && textOf(rule.get('when')) === 'never';
}
