/** A command line that cannot be meant as it stands. */
import { CodedError } from 'oras-js';

export type UsageErrorCode =
  /** An option or argument that is missing, unknown, or has a value it cannot have. */
  'USAGE_INVALID';

export class UsageError extends CodedError<UsageErrorCode> {
  override readonly name = 'UsageError';

  constructor(message: string, more: { hint?: string; cause?: unknown } = {}) {
    super('USAGE_INVALID', message, more);
  }
}
