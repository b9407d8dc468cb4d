/** What somebody said about their GitLab that cannot be meant as it stands. */
import { CodedError } from 'oras-js';

export type GitlabErrorCode =
  /** A version of GitLab or of its runner that is not written as one. */
  | 'GITLAB_VERSION_INVALID'
  /** A version of GitLab that is older than everything known here of what it asks for. */
  | 'GITLAB_VERSION_TOO_OLD'
  /** The name of a scanner that is not known here, or of an analyzer that is at its end of support. */
  | 'GITLAB_SCANNER_UNKNOWN';

export class GitlabError extends CodedError<GitlabErrorCode> {
  override readonly name = 'GitlabError';
}
