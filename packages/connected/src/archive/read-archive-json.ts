/** A JSON document of an image archive, bounded and strict. */
import type { ReadAt } from '@sallyport/bundle';
import {
  JsonError,
  maxManifestBytes,
  parseStrictJson,
  type CallOptions,
  type JsonValue,
} from 'oras-js';
import { ArchiveError } from './archive-error.js';
import type { ArchivedFile } from './index-archive.js';

/** Takes `read` apart the document; a JsonError that it throws names the document. @throws ArchiveError `ARCHIVE_INVALID` */
export async function readArchiveJson<Result>(
  at: ReadAt,
  name: string,
  file: ArchivedFile,
  read: (value: JsonValue) => Result,
  options: CallOptions = {},
): Promise<Result> {
  if (file.size > maxManifestBytes) {
    throw new ArchiveError(
      'ARCHIVE_INVALID',
      `expected at most ${maxManifestBytes} bytes in ${name}, found ${file.size}`,
    );
  }
  try {
    return read(parseStrictJson(await at.read(file.at, file.size, options)));
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new ArchiveError('ARCHIVE_INVALID', `${name} in the archive: ${cause.message}`, {
      cause,
    });
  }
}
