/** An image archive in a file, as a source of images like any other. */
import { openFileInput } from '@sallyport/bundle';
import {
  formatReference,
  parseReference,
  type CallOptions,
  type Descriptor,
  type Reference,
} from 'oras-js';
import type { ImageSource } from '../source.js';
import { ArchiveContent } from './archive-content.js';
import { ArchiveError } from './archive-error.js';
import type { ArchivedImage } from './archived-image.js';
import { indexArchive, notAnArchive } from './index-archive.js';
import { readDockerImages } from './read-docker-images.js';
import { readOciImages } from './read-oci-images.js';

export interface ImageArchive extends AsyncDisposable {
  readonly images: readonly Reference[];
  readonly connect: (reference: Reference) => ImageSource;
}

export interface OpenArchiveOptions extends CallOptions {
  /** Names the one image of the archive, in place of the names that stand there. */
  readonly name?: Reference | undefined;
}

/**
 * Reads the whole archive once. The archive stays open until it is disposed of.
 *
 * @throws ArchiveError; BundleError `BUNDLE_UNREADABLE`; ContentError `REFERENCE_INVALID`.
 */
export async function openArchive(
  file: string,
  options: OpenArchiveOptions = {},
): Promise<ImageArchive> {
  const input = await openFileInput(file);
  const dispose = async (): Promise<void> => {
    await input[Symbol.asyncDispose]();
  };
  try {
    const { at } = input;
    if (at === undefined) throw notAnArchive(file, 'it is not a file');
    const index = await indexArchive(input, at, options);
    const content = new ArchiveContent(at, index);
    const [indexJson, manifestJson] = ['index.json', 'manifest.json'].map((name) =>
      index.files.get(name),
    );
    const images =
      indexJson !== undefined && index.files.has('oci-layout')
        ? await readOciImages(at, index, indexJson, options)
        : manifestJson !== undefined
          ? await readDockerImages(at, index, manifestJson, content, options)
          : [];
    if (images.length === 0) throw notAnArchive(file, 'it names no image');
    const roots = nameImages(file, images, options.name);
    return {
      images: [...roots.values()].map(({ reference }) => reference),
      connect: (reference) => {
        const found = roots.get(formatReference(reference));
        if (found === undefined) throw new Error(`${formatReference(reference)} is not in ${file}`);
        return content.sourceOf(found.root);
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface NamedImage {
  readonly reference: Reference;
  readonly root: Descriptor;
}

function nameImages(
  file: string,
  images: readonly ArchivedImage[],
  given: Reference | undefined,
): ReadonlyMap<string, NamedImage> {
  if (given !== undefined && images.length > 1) {
    throw new ArchiveError(
      'ARCHIVE_UNNAMED',
      `expected one image in ${file} to give a name to, found ${images.length}`,
      { hint: 'leave --name away, or save each image into an archive of its own' },
    );
  }
  const named = images.flatMap(({ root, names }) => {
    const references = given === undefined ? names.map(parseReference) : [given];
    if (references.length === 0) throw unnamed(file, root);
    return references.map((reference) => ({ reference: ofThis(reference, root), root }));
  });
  const roots = new Map<string, NamedImage>();
  for (const each of named) {
    const name = formatReference(each.reference);
    const other = roots.get(name);
    if (other !== undefined && other.root.digest !== each.root.digest)
      throw notAnArchive(file, `it has two images of the name ${name}`);
    roots.set(name, each);
  }
  return roots;
}

// A name with another digest would be a wrong statement, signed.
function ofThis(reference: Reference, { digest }: Descriptor): Reference {
  if (reference.digest === undefined || reference.digest === digest) return reference;
  throw new ArchiveError(
    'ARCHIVE_DAMAGED',
    `expected ${formatReference(reference)} to be the image in the archive, found ${digest}`,
    { hint: 'name the image by its tag alone' },
  );
}

function unnamed(file: string, { digest }: Descriptor): ArchiveError {
  return new ArchiveError(
    'ARCHIVE_UNNAMED',
    `expected a name for every image in ${file}, found none for ${digest}`,
    { hint: 'name it: --name registry.example.com/app:1.4' },
  );
}
