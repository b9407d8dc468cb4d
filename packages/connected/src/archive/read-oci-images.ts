/**
 * The images of an OCI layout in an archive: `index.json` names them, and
 * every blob is what its own name says. Their bytes stay as they are.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
import type { ReadAt } from '@sallyport/bundle';
import { arrayAt, objectAt, parseDescriptor, type CallOptions, type Descriptor } from 'oras-js';
import { ArchiveError } from './archive-error.js';
import type { ArchivedImage } from './archived-image.js';
import type { ArchivedFile, ArchiveIndex } from './index-archive.js';
import { readArchiveJson } from './read-archive-json.js';

/** containerd and Docker write the whole name here; the OCI annotation may hold a tag alone. */
const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/** @throws ArchiveError `ARCHIVE_DAMAGED` or `ARCHIVE_INVALID`. */
export async function readOciImages(
  at: ReadAt,
  { files }: ArchiveIndex,
  indexJson: ArchivedFile,
  options: CallOptions,
): Promise<readonly ArchivedImage[]> {
  for (const [name, { digest }] of files) requireName(name, digest);
  const roots = await readArchiveJson(
    at,
    'index.json',
    indexJson,
    (value) =>
      arrayAt(objectAt(value, 'the index')['manifests'], 'manifests').map((item, place) =>
        parseDescriptor(item, `manifests[${place}]`),
      ),
    options,
  );
  return merge(roots);
}

function requireName(name: string, digest: string): void {
  const hex = /^blobs\/sha256\/([a-f0-9]{64})$/.exec(name)?.[1];
  if (hex === undefined || digest === `sha256:${hex}`) return;
  throw new ArchiveError('ARCHIVE_DAMAGED', `${name} in the archive hashes to ${digest}`, {
    hint: 'save the image again; this archive is damaged',
  });
}

// The same image may stand there once for each of its names.
function merge(roots: readonly Descriptor[]): readonly ArchivedImage[] {
  const images = new Map<string, { root: Descriptor; names: string[] }>();
  for (const root of roots) {
    const { mediaType, digest, size, annotations } = root;
    const image = images.get(digest) ?? { root: { mediaType, digest, size }, names: [] };
    const name = nameAnnotations.map((key) => annotations?.[key]).find(isWholeName);
    if (name !== undefined) image.names.push(name);
    images.set(digest, image);
  }
  return [...images.values()];
}

function isWholeName(name: string | undefined): name is string {
  return name !== undefined && /[/:]/.test(name);
}
