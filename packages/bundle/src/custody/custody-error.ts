/** What can be wrong with the custody log. */
import { CodedError } from 'oras-js';

export type CustodyErrorCode =
  /** The custody log cannot be written, so a run that has to be recorded does not start. */
  | 'LOG_UNWRITABLE'
  /** The custody log cannot be read. */
  | 'LOG_UNREADABLE'
  /** The file that is named as the custody log holds something else. */
  | 'LOG_INVALID'
  /** Lines of the custody log were changed, removed or moved. */
  | 'LOG_BROKEN'
  /** Another run has held the custody log for longer than any run needs. */
  | 'LOG_LOCKED';

export class CustodyError extends CodedError<CustodyErrorCode> {
  override readonly name = 'CustodyError';
}

/** What the file system says, as an error of the log; every other error is returned as it is. */
export function logFailure(
  error: unknown,
  code: 'LOG_UNWRITABLE' | 'LOG_UNREADABLE',
  file: string,
): unknown {
  const { code: found, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof found !== 'string' || syscall === undefined) return error;
  const doing = code === 'LOG_UNWRITABLE' ? 'write' : 'read';
  return new CustodyError(code, `cannot ${doing} the custody log ${file} (${found})`, {
    hint:
      code === 'LOG_UNWRITABLE'
        ? 'make its folder writable, or name another place with --log FILE'
        : 'check the path, or name the log with --log FILE',
    cause: error,
  });
}
