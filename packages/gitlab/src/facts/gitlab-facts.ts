/** The shape of what is known about GitLab's images: statements, each with the page where it stands. */
import type { GitlabVersion } from './gitlab-version.js';

export interface Fact {
  /** Address of the page, template or merge request that says so. */
  readonly source: string;
  /** The day on which somebody last read it there, `YYYY-MM-DD`. */
  readonly date: string;
}

/** A tag that the templates of GitLab ask for, from this version up to the next one in the list. */
export interface TagFact extends Fact {
  readonly from: GitlabVersion;
  readonly tag: string;
}

export interface FipsFact extends Fact {
  readonly suffix: string;
}

/** `SECURE_ANALYZERS_PREFIX` does not move this image; `variable` does. */
export interface PrefixFact extends Fact {
  readonly variable: string;
}

export interface NoteFact extends Fact {
  readonly text: string;
}

export interface ImageFacts {
  readonly name: string;
  readonly scanners: readonly string[];
  /** Oldest first, at least one. */
  readonly tags: readonly TagFact[];
  /** Absent where no FIPS variant is known. */
  readonly fips?: FipsFact;
  readonly ignoresPrefix?: PrefixFact;
  readonly notes: readonly NoteFact[];
}

/** A job of a template: which analyzer it runs, and how it says so. */
export interface TemplateJob {
  readonly name: string;
  /** Name of the image, as in `ImageFacts`. */
  readonly image: string;
  /** What stands behind `image:` in the template. */
  readonly expression: string;
  /** What the template sets for the whole pipeline; `{tag}` stands for the tag of that version. */
  readonly variables: Readonly<Record<string, string>>;
  /** What it sets in the job itself. */
  readonly jobVariables: Readonly<Record<string, string>>;
  /** The variable that a rule of the template sets in FIPS mode; some templates leave that to people. */
  readonly suffix?: string;
}

/** A template that comes with GitLab. */
export interface TemplateFact extends Fact {
  /** As it is included, in the folder first and then without it: `Security/DAST.gitlab-ci.yml`. */
  readonly names: readonly string[];
  readonly jobs: readonly TemplateJob[];
  /** Says of itself that nobody should include it. */
  readonly internal: boolean;
}

/** An analyzer that no template asks for any more; `tag` can still be pulled. */
export interface RetiredImage extends Fact {
  readonly name: string;
  readonly tag: string;
}

export interface RunnerHelperFact extends Fact {
  readonly repository: string;
  readonly fipsFlavor: string;
}

export interface GitlabFacts {
  readonly registry: string;
  readonly namespace: string;
  /** Since when the images are where `registry` and `namespace` say. */
  readonly home: Fact & { readonly from: GitlabVersion };
  /** Of newer majors nothing is known for certain. */
  readonly newestMajor: Fact & { readonly major: number };
  readonly rebuilt: NoteFact;
  readonly images: readonly ImageFacts[];
  readonly templates: readonly TemplateFact[];
  readonly endOfSupport: readonly RetiredImage[];
  readonly runnerHelper: RunnerHelperFact;
}
