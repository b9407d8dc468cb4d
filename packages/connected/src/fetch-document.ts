/** One manifest or index from a source, proven and parsed. */
import { readDocument, type Document } from '@sallyport/bundle';
import {
  readContent,
  withResolved,
  type CallOptions,
  type Descriptor,
  type Digest,
  type Fetcher,
} from 'oras-js';
import type { ImageSource } from './source.js';

/** @throws ContentError when it is not what its descriptor says; what the source says. */
export async function fetchDocument(
  source: Fetcher,
  // A descriptor in an index also says for which platform; the document is the same for all.
  { mediaType, digest, size }: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>,
  { signal }: CallOptions,
): Promise<Document> {
  const content = { mediaType, digest, size };
  return readDocument(content, await readContent(source, content, { signal }));
}

/**
 * What a name points to, in one request where the source can do that.
 *
 * @param check Told of the digest before anything is made of the bytes; throws to refuse it.
 * @throws what `check`, the source and `fetchDocument` throw.
 */
export async function fetchNamedDocument(
  source: ImageSource,
  name: string,
  check: (digest: Digest) => void,
  { signal }: CallOptions,
): Promise<Document> {
  if (source.read !== undefined) {
    const { content, bytes } = await source.read(name, { signal });
    check(content.digest);
    return readDocument(content, bytes);
  }
  const fetchFound = (content: Descriptor): Promise<Document> => {
    check(content.digest);
    return fetchDocument(source, content, { signal });
  };
  return withResolved(source, name, fetchFound, { signal });
}
