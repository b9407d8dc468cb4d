/** What is wrong before anything was asked of a registry, or beside what it answers. */
import { CodedError } from 'oras-js';

export type CheckErrorCode =
  /** The clock of a server and the one here are too far apart for tokens, certificates and dates of bundles. */
  | 'CHECK_CLOCK_OFF'
  /** No project of this GitLab can have an image of this path. */
  | 'CHECK_PATH_IMPOSSIBLE'
  /** The folder whose free space is wanted cannot be read. */
  | 'CHECK_FOLDER_UNREADABLE';

export class CheckError extends CodedError<CheckErrorCode> {
  override readonly name = 'CheckError';
}
