/** What is attached to an image at its source, with its manifests, ready to be carried. */
import type { CarriedReferrer, Document } from '@sallyport/bundle';
import { findAttached, type CallOptions, type Descriptor, type Digest } from 'oras-js';
import { fetchDocument } from '../fetch-document.js';
import type { ImageSource } from '../source.js';

export interface CarriedAttachment {
  /** The image, or the attachment, that it belongs to. */
  readonly subject: Digest;
  readonly referrer: CarriedReferrer;
  readonly document: Document;
}

/** @throws ContentError `CONTENT_TOO_LARGE` for more than anybody attaches; what the source says. */
export async function carryAttached(
  source: ImageSource,
  subjects: readonly Descriptor[],
  options: CallOptions,
): Promise<readonly CarriedAttachment[]> {
  const carried: CarriedAttachment[] = [];
  const known = new Set(subjects.map(({ digest }) => digest));
  for (const { subject, content, tag } of await findAttached(source, subjects, options)) {
    const document = await fetchDocument(source, content, options);
    const about = document.manifest.subject;
    // Listed with this image, it speaks of another: the offline side would refuse it.
    if (about !== undefined && !known.has(about.digest)) continue;
    const { digest, mediaType, size, artifactType } = content;
    known.add(digest);
    const referrer: CarriedReferrer = {
      digest,
      mediaType,
      size,
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(tag === undefined ? {} : { tag }),
    };
    carried.push({ subject, referrer, document });
  }
  return carried;
}
