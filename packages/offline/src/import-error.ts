/** What can stop an import beside a bad bundle and an unwilling registry. */
import { CodedError } from 'oras-js';

export type ImportErrorCode =
  /** A destination or a mapping that is not a registry path. */
  | 'IMPORT_DESTINATION_INVALID'
  /** Two images of the bundle would be written under one name. */
  | 'IMPORT_NAME_CONFLICT'
  /** A delta assumes blobs that the destination does not have. */
  | 'IMPORT_ASSUMED_MISSING'
  /** The registry takes no index of which only some children are carried. */
  | 'IMPORT_PARTIAL_INDEX_REFUSED'
  /** What was read back is not what was written. */
  | 'IMPORT_NOT_PULLABLE';

export class ImportError extends CodedError<ImportErrorCode> {
  override readonly name = 'ImportError';
}
