/** One manifest or index from a source, proven and parsed. */
import { readDocument, type Document } from '@sallyport/bundle';
import { readContent, type CallOptions, type Descriptor, type Fetcher } from 'oras-js';

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
