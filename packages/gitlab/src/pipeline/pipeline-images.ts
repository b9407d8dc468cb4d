/**
 * Which images the jobs of a CI file will ask for, and under which name each is to be carried.
 *
 * Nothing is asked of a GitLab. A job counts unless its only rule says never:
 * what other rules decide, only GitLab knows, and an image too many does no harm.
 */
import { formatReference, parseReference, printable, type Reference } from 'oras-js';
import type { GitlabFacts, TemplateJob } from '../facts/gitlab-facts.js';
import type { GitlabVersion } from '../facts/gitlab-version.js';
import { knownFacts } from '../facts/known-facts.js';
import { versionNotes } from '../images/wanted-images.js';
import { expandVariables } from './expand-variables.js';
import { jobVariables, type JobContext } from './job-variables.js';
import { loadPipeline, type ReadLocal } from './load-pipeline.js';
import { dereference, pipelineJobs, type PipelineJob } from './pipeline-jobs.js';
import {
  hashOf,
  listOf,
  textOf,
  textsOf,
  type PipelineHash,
  type PipelineValue,
} from './pipeline-value.js';

export interface PipelineImage {
  /** What is to be exported: an analyzer from its home, wherever the job will ask for it. */
  readonly reference: string;
  /** What the jobs ask for. */
  readonly asked: readonly string[];
  readonly jobs: readonly string[];
}

export interface PipelineRequest {
  /** Of the GitLab that runs it. Default: the newest that is known. */
  readonly version?: GitlabVersion | undefined;
  /** That GitLab is in FIPS mode. Default false. */
  readonly fips?: boolean | undefined;
}

export interface PipelineImages {
  readonly images: readonly PipelineImage[];
  /** Templates of GitLab that it includes, as it names them. */
  readonly templates: readonly string[];
  /** What a person should know, one sentence each. */
  readonly notes: readonly string[];
}

const noDast =
  'no job of this pipeline runs DAST; one that does includes the template DAST.gitlab-ci.yml';

const badPrefix =
  ': a prefix such as SECURE_ANALYZERS_PREFIX is written without a scheme and without a slash at its end';

/** @throws JsonError for a file that is no CI file. */
export async function pipelineImages(
  text: string,
  readLocal: ReadLocal,
  { version, fips = false }: PipelineRequest = {},
  facts: GitlabFacts = knownFacts,
): Promise<PipelineImages> {
  const loaded = await loadPipeline(text, readLocal, version, facts);
  const { configuration, templates, templateJobs } = loaded;
  const context: JobContext = { configuration, facts, fips };
  const found = new FoundImages(facts);
  for (const job of pipelineJobs(configuration)) {
    const templateJob = templateJobs.get(job.name);
    const variables = jobVariables(job.configuration, templateJob, context);
    for (const expression of expressionsOf(job, configuration)) {
      const { text: asked, missing } = expandVariables(expression, variables);
      if (missing.length > 0) found.addUnknown(job.name, expression, missing);
      else found.add(job.name, asked, templateJob);
    }
    if (job.configuration.has('trigger')) found.addChild(job.name);
  }
  return {
    images: found.images(),
    templates,
    notes: [
      ...versionNotes(version, facts),
      ...loaded.notes,
      ...found.notes,
      ...found.movedNotes(),
      ...(found.analyzers.has('dast') ? [] : [noDast]),
    ],
  };
}

/** The image of a job and of its services, or what the pipeline sets for all jobs. */
function expressionsOf(
  { configuration: job }: PipelineJob,
  configuration: PipelineHash,
): readonly string[] {
  if (job.has('trigger')) return [];
  const of = (key: string): PipelineValue => {
    const own = job.get(key);
    const all = hashOf(configuration.get('default'))?.get(key) ?? configuration.get(key);
    return dereference(own ?? (inheritsDefault(job, key) ? all : null), configuration);
  };
  return [of('image'), ...(listOf(of('services')) ?? [])].flatMap((value) => {
    const item = dereference(value, configuration);
    return textOf(item) ?? textOf(hashOf(item)?.get('name')) ?? [];
  });
}

/** `inherit: default:` keeps all defaults, some, or none. */
function inheritsDefault(job: PipelineHash, key: string): boolean {
  const chosen = hashOf(job.get('inherit'))?.get('default');
  if (chosen === undefined || chosen === null || chosen === 'true') return true;
  return textsOf(chosen).includes(key);
}

class FoundImages {
  readonly notes: string[] = [];
  readonly analyzers = new Set<string>();
  private readonly moved: string[] = [];
  private readonly found = new Map<string, { asked: Set<string>; jobs: Set<string> }>();
  private readonly facts: GitlabFacts;

  constructor(facts: GitlabFacts) {
    this.facts = facts;
  }

  images(): readonly PipelineImage[] {
    return [...this.found].map(([reference, { asked, jobs }]) => ({
      reference,
      asked: [...asked],
      jobs: [...jobs],
    }));
  }

  movedNotes(): readonly string[] {
    if (this.moved.length === 0) return [];
    return [
      `named by where they come from, as these jobs ask for a copy elsewhere: ${this.moved.join(', ')}`,
    ];
  }

  add(job: string, asked: string, templateJob: TemplateJob | undefined): void {
    const name = referenceIn(asked);
    if (name === undefined) {
      if (templateJob !== undefined) this.analyzers.add(templateJob.image);
      const why = isBadPrefix(asked) ? badPrefix : '';
      this.notes.push(`job ${shown(job)} asks for "${shown(asked)}", which names no image${why}`);
      return;
    }
    const carried = formatReference(this.carried(name, templateJob));
    const seen = this.found.get(carried) ?? { asked: new Set(), jobs: new Set() };
    this.found.set(carried, seen);
    seen.asked.add(asked);
    seen.jobs.add(job);
    if (carried !== formatReference(name)) this.moved.push(`${shown(job)} for ${asked}`);
  }

  addUnknown(job: string, expression: string, missing: readonly string[]): void {
    this.notes.push(
      `job ${shown(job)} asks for ${shown(expression)}, and nothing read here says what ${missing.map(shown).join(', ')} is: name that image yourself`,
    );
  }

  addChild(job: string): void {
    this.notes.push(`the pipeline that job ${shown(job)} starts was not read`);
  }

  /** An analyzer comes from its home, even when the pipeline asks for the copy behind the gap. */
  private carried(name: Reference, templateJob: TemplateJob | undefined): Reference {
    if (templateJob === undefined) return name;
    const { image } = templateJob;
    if (name.repository !== image && !name.repository.endsWith(`/${image}`)) return name;
    this.analyzers.add(image);
    const { registry, namespace } = this.facts;
    return { ...name, registry, repository: `${namespace}/${image}` };
  }
}

function isBadPrefix(asked: string): boolean {
  return asked.includes('//');
}

function referenceIn(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

function shown(text: string): string {
  return printable(text, 200);
}
