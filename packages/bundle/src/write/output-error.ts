/** Turns what the file system says into what the packager can act on. */
import { BundleError } from '../bundle-error.js';

/** An error that is not the file system's is returned as it is. */
export function outputError(error: unknown, file: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BundleError('OUTPUT_NO_SPACE', `no space left while writing ${file}`, {
      hint: 'free some space, or write to another disk',
      cause: error,
    });
  }
  if (code === 'EFBIG') {
    return new BundleError('OUTPUT_UNWRITABLE', `${file} is larger than its file system allows`, {
      hint: 'write to a file system that takes large files; FAT32 ends at 4 GiB',
      cause: error,
    });
  }
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) && 'syscall' in (error as object)) {
    return new BundleError('OUTPUT_UNWRITABLE', `cannot write ${file} (${code})`, {
      hint: 'check that the folder exists and that you may write there',
      cause: error,
    });
  }
  return error;
}

export function outputExists(file: string): BundleError {
  return new BundleError('OUTPUT_EXISTS', `expected no file at ${file}, found one`, {
    hint: 'name another output, or move that file away',
  });
}
