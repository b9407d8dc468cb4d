/**
 * A CI file with what it includes, as one configuration. Templates come from what is known of them.
 *
 * What cannot be read here is named in a note and left out.
 */
import type { GitlabFacts, TemplateFact, TemplateJob } from '../facts/gitlab-facts.js';
import type { GitlabVersion } from '../facts/gitlab-version.js';
import { printable } from 'oras-js';
import { includeEntries } from './include-entries.js';
import { mergeHashes } from './merge-hashes.js';
import type { PipelineHash } from './pipeline-value.js';
import { templatePipeline } from './template-pipeline.js';

/** Reads a file of the same repository; undefined when it cannot be had. */
export type ReadLocal = (path: string) => Promise<string | undefined>;

export interface LoadedPipeline {
  readonly configuration: PipelineHash;
  readonly templates: readonly string[];
  /** Jobs of those templates, by name. */
  readonly templateJobs: ReadonlyMap<string, TemplateJob>;
  readonly notes: readonly string[];
}

/** GitLab's own limit of includes, counted with the files that include themselves. */
const maxIncludes = 150;

/** @throws JsonError for YAML that is none, in the file or in one that it includes. */
export async function loadPipeline(
  text: string,
  readLocal: ReadLocal,
  version: GitlabVersion | undefined,
  facts: GitlabFacts,
): Promise<LoadedPipeline> {
  const loader = new PipelineLoader(readLocal, version, facts);
  const configuration = await loader.load(text);
  const { templates, templateJobs, notes } = loader;
  return { configuration, templates, templateJobs, notes: [...new Set(notes)] };
}

class PipelineLoader {
  readonly templates: string[] = [];
  readonly templateJobs = new Map<string, TemplateJob>();
  readonly notes: string[] = [];
  private includes = 0;
  private readonly readLocal: ReadLocal;
  private readonly version: GitlabVersion | undefined;
  private readonly facts: GitlabFacts;

  constructor(readLocal: ReadLocal, version: GitlabVersion | undefined, facts: GitlabFacts) {
    this.readLocal = readLocal;
    this.version = version;
    this.facts = facts;
  }

  /** What is included lies below what includes it, the later over the earlier. */
  async load(text: string): Promise<PipelineHash> {
    // Only now, as every start of the program would wait for the parser of YAML.
    const { readYaml } = await import('./read-yaml.js');
    const documents = readYaml(text);
    const own: PipelineHash = documents.at(-1) ?? new Map<string, never>();
    if (documents.length > 1) this.notes.push('inputs of the file are not known here');
    let below: PipelineHash = new Map<string, never>();
    for (const { kind, name } of includeEntries(own.get('include'))) {
      this.includes += 1;
      if (this.includes > maxIncludes) {
        this.notes.push(`more than ${maxIncludes} includes: the rest was not read`);
        break;
      }
      const included = await this.included(kind, name);
      if (included !== undefined) below = mergeHashes(below, included);
    }
    return mergeHashes(below, own);
  }

  private async included(kind: string, name: string): Promise<PipelineHash | undefined> {
    if (kind === 'template') return this.template(name);
    const text = kind === 'local' ? await this.readLocal(name) : undefined;
    if (text !== undefined) return this.load(text);
    const what = kind === 'local' ? `local: ${name}` : name;
    this.notes.push(
      `include ${printable(what, 300)} cannot be read here: the images that its jobs ask for are not among these`,
    );
    return undefined;
  }

  private template(name: string): PipelineHash | undefined {
    const known = this.facts.templates.find(({ names }) => names.includes(name));
    if (known === undefined) {
      this.notes.push(
        `the template ${printable(name, 200)} is not known here: the images that its jobs ask for are not among these`,
      );
      return undefined;
    }
    this.templates.push(name);
    this.addJobs(known);
    return templatePipeline(known, this.version, this.facts);
  }

  private addJobs({ jobs }: TemplateFact): void {
    for (const job of jobs) this.templateJobs.set(job.name, job);
  }
}
