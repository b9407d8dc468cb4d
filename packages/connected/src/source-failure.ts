/** What went wrong while reading from a source registry, with the image and the side named. */
import { CodedError, hasCode, withContext } from 'oras-js';

/** Keeps the code. Bytes that are not what was announced get the hint that fits on this side. */
export function sourceFailure(error: unknown, message: string): unknown {
  if (error instanceof CodedError && error.hint === undefined && hasCode(error, ...wrongBytes)) {
    return new CodedError(error.code, message, {
      hint: 'run the export again; if it repeats, the registry holds a damaged copy',
      cause: error,
    });
  }
  return withContext(error, message);
}

const wrongBytes = [
  'CONTENT_SIZE_MISMATCH',
  'CONTENT_DIGEST_MISMATCH',
  'CONTENT_TOO_LARGE',
  'MANIFEST_INVALID',
];
