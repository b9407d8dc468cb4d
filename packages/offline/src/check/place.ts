/** A place in a registry that is looked at, and what is known of it so far. */
import {
  CodedError,
  type CallOptions,
  type RegistryClient,
  type RegistryError,
  type UploadTrial,
} from 'oras-js';
import { fail, type CheckAnswer } from './check-line.js';
import type { Exchanges } from './exchanges.js';

/** What is special about some registries; told by those who know them. */
export interface RegistryRules {
  /** Whether tokens from there are those of a GitLab. */
  isGitlab(login: { readonly realm: string; readonly service: string | undefined }): boolean;
  /** Paths one of which has to be a project of the GitLab; none for an image that no project can have. */
  gitlabProjects(repository: string): readonly string[];
  /** What to do about an error. */
  hintFor(error: CodedError): string;
}

export type CheckClient = Pick<RegistryClient, 'ping' | 'repository' | 'probe'>;

export interface Place {
  readonly registry: string;
  readonly repository: string;
  /** Host of its API, as in `URL.host`: not always the name of the registry. */
  readonly door: string;
  readonly client: CheckClient;
  readonly exchanges: Exchanges;
  readonly rules: RegistryRules;
  /** Why the front door did not let us in; undefined when it did. */
  readonly refusal: RegistryError | undefined;
  /** Opens an upload and cancels it; once, however often it is asked. */
  tryUpload(options: CallOptions): Promise<UploadTrial>;
}

/** Looks at one thing. Throws RegistryError for a question that was refused. */
export type Check = (place: Place, options: CallOptions) => Promise<CheckAnswer>;

/** Codes of a registry that answered, whatever it thinks of us. */
const answered = ['REGISTRY_UNAUTHORIZED', 'REGISTRY_DENIED'];

export function isReached({ refusal }: Place): boolean {
  return refusal === undefined || answered.includes(refusal.code);
}

/** As in "registry.example.com/team/app". */
export function nameOf({ registry, repository }: Place): string {
  return `${registry}/${repository}`;
}

/** The error is the answer: nothing else is known. */
export function refused({ rules }: Place, error: unknown): CheckAnswer {
  if (!(error instanceof CodedError)) throw error;
  return fail(error as CodedError, rules.hintFor(error as CodedError));
}

/** Whether the tokens of this registry come from a GitLab. */
export function isGitlab({ door, exchanges, rules }: Place): boolean {
  return exchanges
    .loginsAt(door)
    .some(({ realm, service }) => realm !== undefined && rules.isGitlab({ realm, service }));
}
