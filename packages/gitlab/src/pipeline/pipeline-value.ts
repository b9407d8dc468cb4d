/** What a CI file is made of, once it is read: hashes, lists, texts, and references to other places in it. */
export type PipelineValue = string | null | PipelineReference | PipelineList | PipelineHash;
export type PipelineList = readonly PipelineValue[];
/** A map and no object, as the names of jobs are somebody else's text. */
export type PipelineHash = ReadonlyMap<string, PipelineValue>;

/** `!reference [.job, image]`: what stands at that place. */
export class PipelineReference {
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    this.path = path;
  }
}

export function hashOf(value: PipelineValue | undefined): PipelineHash | undefined {
  return value instanceof Map ? value : undefined;
}

export function listOf(value: PipelineValue | undefined): PipelineList | undefined {
  return Array.isArray(value) ? (value as PipelineList) : undefined;
}

export function textOf(value: PipelineValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A list of texts, or one text in place of it. */
export function textsOf(value: PipelineValue | undefined): readonly string[] {
  const list = listOf(value) ?? (value === undefined ? [] : [value]);
  return list.filter((item) => typeof item === 'string');
}
