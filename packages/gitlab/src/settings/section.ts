/** One thing to set after an import: why, and the text to paste, each with the place where it goes. */
export interface Snippet {
  /** Name of its file where the settings are written as files. */
  readonly file: string;
  readonly syntax: 'yaml' | 'toml' | 'json' | 'shell' | 'text' | 'pem';
  /** Where it goes, in one sentence. */
  readonly where: string;
  /** Without a newline at its end. */
  readonly text: string;
}

export interface Section {
  readonly id: SectionId;
  readonly title: string;
  /** One sentence each. */
  readonly notes: readonly string[];
  readonly snippets: readonly Snippet[];
}

export type SectionId =
  | 'references'
  | 'prefix'
  | 'image'
  | 'version'
  | 'runner'
  | 'containerd'
  | 'docker'
  | 'unmodified-templates'
  | 'credentials'
  | 'job-token'
  | 'helper-image'
  | 'stale-copies';
