/** What can be wrong with a wish to export, before and beside the transfer itself. */
import { CodedError } from 'oras-js';

export type ExportErrorCode =
  /** The image does not exist for a platform that was asked for. */
  | 'EXPORT_PLATFORM_NOT_FOUND'
  /** Two images would be written under one name at the destination. */
  | 'EXPORT_NAME_CONFLICT'
  /** A signature at the source was asked for, and the image has none. */
  | 'EXPORT_SOURCE_UNSIGNED'
  /** The image is signed at its source, by none of the keys that were named. */
  | 'EXPORT_SOURCE_SIGNATURE_WRONG'
  /** An image is not what the lock file says, or is not in it. */
  | 'EXPORT_LOCK_MISMATCH'
  /** The lock file cannot be read or written, or is not one. */
  | 'EXPORT_LOCK_INVALID';

export class ExportError extends CodedError<ExportErrorCode> {
  override readonly name = 'ExportError';
}
