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
  if (code === 'EPIPE') {
    return new BundleError(
      'OUTPUT_UNWRITABLE',
      `cannot write ${file}: its reader has ended (EPIPE)`,
      {
        hint: 'look at what the program that reads it says',
        cause: error,
      },
    );
  }
  if (code === 'ENAMETOOLONG') {
    return new BundleError('OUTPUT_UNWRITABLE', `cannot write ${file} (ENAMETOOLONG)`, {
      hint: 'choose a shorter name; until it is complete, ".partial.kept.journal" may be added to it',
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

/** @param pid Of the run that writes it, where that is known. */
export function anotherRun(file: string, pid?: string): BundleError {
  const who = pid === undefined ? 'another run' : `another run (process ${pid})`;
  return new BundleError(
    'OUTPUT_UNWRITABLE',
    `expected nobody else to write ${file}, found ${who}`,
    {
      hint: 'let one run at a time write this output',
    },
  );
}

/** Somebody cut off what was written. */
export function outputShrank(name: string): BundleError {
  return new BundleError(
    'OUTPUT_UNWRITABLE',
    `expected what was written of ${name} to be there, found the file shorter`,
    { hint: 'check the disk, then run the same command again with --fresh' },
  );
}

export function outputExists(file: string): BundleError {
  return new BundleError('OUTPUT_EXISTS', `expected no file at ${file}, found one`, {
    hint: 'name another output, or move that file away',
  });
}
