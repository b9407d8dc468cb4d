/** What can be wrong with a wish to export, before and beside the transfer itself. */
import { CodedError } from 'oras-js';

export type ExportErrorCode =
  /** The image does not exist for a platform that was asked for. */
  | 'EXPORT_PLATFORM_NOT_FOUND'
  /** Two images would be written under one name at the destination. */
  | 'EXPORT_NAME_CONFLICT';

export class ExportError extends CodedError<ExportErrorCode> {
  override readonly name = 'ExportError';
}
