/**
 * Reads an image archive once, from end to end, and notes where each file is
 * and what it hashes to. Nothing is unpacked.
 *
 * Only regular files and folders with the known names are taken. Links are
 * tolerated in the one place where old writers put them, and never followed.
 */
import type { BundleInput, ReadAt } from '@sallyport/bundle';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CodedError, printable, type CallOptions, type Digest } from 'oras-js';
import tar, { type Header } from 'tar-stream';
import { ArchiveError } from './archive-error.js';
import { isFileName, isFolderName, isLinkName, plainName } from './archive-names.js';

export interface ArchivedFile {
  /** First byte of the content, from the start of the archive. */
  readonly at: number;
  readonly size: number;
  readonly digest: Digest;
}

export interface ArchiveIndex {
  readonly files: ReadonlyMap<string, ArchivedFile>;
  /** Names of links. Where they lead is not looked at. */
  readonly links: ReadonlySet<string>;
}

/** Many times the blobs of the largest archive that anybody saves; an end for one that was made to exhaust memory. */
const maxEntries = 100_000;
const blockBytes = 512;
/** GNU tar fills up to 10 KiB, some writers to a MiB. */
const maxEndBytes = 1024 * 1024;

/** @throws ArchiveError; BundleError `BUNDLE_UNREADABLE`. */
export async function indexArchive(
  { name }: Pick<BundleInput, 'name'>,
  at: ReadAt,
  options: CallOptions = {},
): Promise<ArchiveIndex> {
  await refuseCompressed(name, at, options);
  const index = new OpenIndex(name);
  const extract = tar.extract();
  const source = Readable.from(at.stream(0, at.size, options), { objectMode: false });
  // An error of the file ends the archive's reader too, with that error.
  source.once('error', (error) => {
    extract.destroy(error);
  });
  source.pipe(extract);
  try {
    for await (const entry of extract) {
      await index.requireHeader(at, options);
      await index.take(entry.header, entry.offset + blockBytes, entry as AsyncIterable<Buffer>);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw tarFailure(error, name);
  } finally {
    source.destroy();
  }
  await index.requireEnd(at, options);
  return index;
}

class OpenIndex implements ArchiveIndex {
  readonly files = new Map<string, ArchivedFile>();
  readonly links = new Set<string>();
  private readonly archive: string;
  private readonly folders = new Set<string>();
  /** Where the next header has to be. */
  private end = 0;

  constructor(archive: string) {
    this.archive = archive;
  }

  async take(header: Header, at: number, content: AsyncIterable<Buffer>): Promise<void> {
    const name = plainName(header.name);
    this.checkName(name, header);
    const hash = createHash('sha256');
    for await (const piece of content) hash.update(piece);
    const { size } = header;
    this.end = at + Math.ceil(size / blockBytes) * blockBytes;
    if (header.type === 'symlink') this.links.add(name);
    else if (header.type === 'directory') this.folders.add(name);
    else this.files.set(name, { at, size, digest: `sha256:${hash.digest('hex')}` });
  }

  /** Readers differ in what they make of entries behind an end block; here it is the end. */
  async requireHeader(at: ReadAt, options: CallOptions): Promise<void> {
    if (isZero(await at.read(this.end, blockBytes, options))) {
      throw this.invalid(`entries follow its end at byte ${this.end}`);
    }
  }

  async requireEnd(at: ReadAt, options: CallOptions): Promise<void> {
    const left = at.size - this.end;
    if (left < 2 * blockBytes) {
      throw this.invalid(`it ends at byte ${at.size}, before the two blocks that end an archive`);
    }
    if (left > maxEndBytes || !isZero(await at.read(this.end, left, options))) {
      throw this.invalid(`something follows its end at byte ${this.end}`);
    }
    await at.expectEnd(at.size);
  }

  private checkName(name: string, { type, name: given }: Header): void {
    const isTaken = this.files.has(name) || this.links.has(name) || this.folders.has(name);
    if (isTaken) throw this.refused(given, 'a second entry of that name');
    if (this.files.size + this.links.size + this.folders.size >= maxEntries) {
      throw this.invalid(`it has more than ${maxEntries} entries`);
    }
    if (name.startsWith('sallyport/')) {
      throw new ArchiveError('ARCHIVE_ENTRY_REFUSED', `${this.archive} is a bundle already`, {
        hint: 'import it as it is; to sign it again, ask who made it',
      });
    }
    const isKnown =
      (type === 'file' && isFileName(name)) ||
      (type === 'directory' && isFolderName(name)) ||
      (type === 'symlink' && isLinkName(name));
    if (!isKnown) throw this.refused(given, `an entry of type ${type} of that name`);
  }

  private refused(name: string, found: string): ArchiveError {
    return new ArchiveError(
      'ARCHIVE_ENTRY_REFUSED',
      `${this.archive}: expected only what image archives hold, found ${found}: ${printable(name)}`,
      { hint: 'save the image again with docker save, podman save or skopeo copy' },
    );
  }

  private invalid(found: string): ArchiveError {
    return notAnArchive(this.archive, found);
  }
}

export function notAnArchive(archive: string, found: string, cause?: unknown): ArchiveError {
  return new ArchiveError(
    'ARCHIVE_INVALID',
    `${archive}: expected a whole image archive, found that ${found}`,
    { hint: 'save the image again with docker save, podman save or skopeo copy', cause },
  );
}

const compressions: readonly (readonly [magic: string, name: string, unpack: string])[] = [
  ['1f8b', 'gzip', 'gunzip'],
  ['28b52ffd', 'zstd', 'unzstd'],
  ['fd377a585a00', 'xz', 'unxz'],
  ['425a68', 'bzip2', 'bunzip2'],
];

async function refuseCompressed(name: string, at: ReadAt, options: CallOptions): Promise<void> {
  if (at.size < blockBytes) throw notAnArchive(name, `it has ${at.size} bytes`);
  const start = (await at.read(0, 8, options)).toString('hex');
  const found = compressions.find(([magic]) => start.startsWith(magic));
  if (found === undefined) return;
  throw new ArchiveError(
    'ARCHIVE_COMPRESSED',
    `${name}: expected a plain tar, found one compressed by ${found[1]}`,
    { hint: `unpack it first: ${found[2]} ${name}` },
  );
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** What tar-stream throws has no code; what we and the file throw has one. */
function tarFailure(error: unknown, archive: string): unknown {
  if (error instanceof CodedError) return error;
  const { message } = error as { message?: unknown };
  const said = typeof message === 'string' ? printable(message) : String(error);
  return notAnArchive(archive, `its tar cannot be read (${said})`, error);
}
