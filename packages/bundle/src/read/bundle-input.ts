/** Where a bundle is read from: from its start, once, and in a file also from any offset. */
import type { CallOptions, ReadOptions } from 'oras-js';
import { BundleError } from '../bundle-error.js';

export interface BundleInput extends AsyncDisposable {
  /** For messages: the file's name, or `standard input`. */
  readonly name: string;
  /** Bytes read in order so far. */
  readonly position: number;
  /** The next `length` bytes, whole in memory. @throws BundleError `BUNDLE_TRUNCATED` or `BUNDLE_UNREADABLE`. */
  read(length: number, options?: CallOptions): Promise<Buffer>;
  /** The next `length` bytes in pieces; to be read to its end before anything else is. */
  stream(length: number, options?: CallOptions): AsyncIterable<Uint8Array>;
  /** @throws BundleError `BUNDLE_TRAILING_BYTES` when there is one byte more. */
  expectEnd(options?: CallOptions): Promise<void>;
  /** Reading at offsets, several at once; absent for pipes. */
  readonly at?: ReadAt;
}

export interface ReadAt {
  /** Size of the whole input when it was opened, in bytes. */
  readonly size: number;
  /** The open file itself, for threads that read beside this one; good until the input is closed. */
  readonly descriptor: number;
  read(position: number, length: number, options?: CallOptions): Promise<Buffer>;
  stream(position: number, length: number, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** Asks the file for one byte more, so that one that has grown meanwhile is noticed. @throws BundleError `BUNDLE_TRAILING_BYTES`. */
  expectEnd(position: number): Promise<void>;
}

export function truncated(name: string, at: number): BundleError {
  return new BundleError(
    'BUNDLE_TRUNCATED',
    `${name} ends at byte ${at}, in the middle of the bundle`,
    {
      hint: 'copy the bundle again from where it came; this copy is not whole',
    },
  );
}

export function trailing(name: string, at: number): BundleError {
  return new BundleError(
    'BUNDLE_TRAILING_BYTES',
    `expected ${name} to end at byte ${at}, found more`,
    {
      hint: 'copy the bundle again from where it came; something was added to this copy',
    },
  );
}

export function unreadable(name: string, cause: unknown): BundleError {
  const code = (cause as { code?: unknown } | null)?.code;
  return new BundleError('BUNDLE_UNREADABLE', `cannot read ${name} (${String(code ?? cause)})`, {
    hint: 'check the path and the medium',
    cause,
  });
}
