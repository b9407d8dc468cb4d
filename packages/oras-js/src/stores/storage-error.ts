/**
 * What can be wrong with a place on disk that holds content.
 *
 * Errors of the operating system keep their meaning and gain a code; anything
 * that did not come from the operating system passes through unchanged.
 */
import { CodedError } from '../errors/coded-error.js';

/** Codes never change their meaning; new ones may be added. */
export type StorageErrorCode =
  /** No space, or over a quota. */
  | 'STORAGE_FULL'
  /** Cannot be read or written: permissions, a read error, a folder that is a file. */
  | 'STORAGE_FAILED'
  /** Not an OCI image layout, or one whose `index.json` cannot be understood. */
  | 'LAYOUT_INVALID'
  /** Another writer has held `index.json` for longer than any writer needs. */
  | 'LAYOUT_LOCKED';

/** The disk is full, out of reach, or holds something else than a layout. */
export class StorageError extends CodedError<StorageErrorCode> {
  override readonly name = 'StorageError';
}

/** Returns `error` as a StorageError when the operating system raised it, otherwise as it is. */
export function storageFailure(error: unknown, doing: string): unknown {
  const { code, syscall } = systemError(error);
  if (code === undefined || syscall === undefined) return error;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new StorageError(
    isFull ? 'STORAGE_FULL' : 'STORAGE_FAILED',
    `expected to be able to ${doing}, found ${code} from ${syscall}`,
    {
      hint: isFull
        ? 'free space on that disk and run it again'
        : 'check that the folder exists and that this user may read and write it',
      cause: error,
    },
  );
}

/** The `ENOENT` and its like of a failed file operation; undefined for every other error. */
export function systemErrorCode(error: unknown): string | undefined {
  return systemError(error).code;
}

function systemError(error: unknown): { code: string | undefined; syscall: string | undefined } {
  if (typeof error !== 'object' || error === null) return { code: undefined, syscall: undefined };
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  return {
    code: typeof code === 'string' ? code : undefined,
    syscall: typeof syscall === 'string' ? syscall : undefined,
  };
}
