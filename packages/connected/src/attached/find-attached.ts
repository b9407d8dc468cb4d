/**
 * What is attached to an image at its source: signatures, SBOMs, attestations.
 *
 * Looked for where the distribution-spec puts it (manifests with a subject) and
 * where cosign puts it (tags made of the digest). What is attached to an
 * attachment is looked for too: an SBOM may be signed.
 */
import type { CarriedReferrer, Document } from '@sallyport/bundle';
import { cosignTags, hasCode, type CallOptions, type Descriptor, type Digest } from 'oras-js';
import { ExportError } from '../export-error.js';
import { fetchDocument } from '../fetch-document.js';
import type { ImageSource } from '../source.js';

export interface Attached {
  /** The image, or the attachment, that it belongs to. */
  readonly subject: Digest;
  readonly referrer: CarriedReferrer;
  readonly document: Document;
}

/** Real images carry a handful; a source that lists thousands wants to keep us busy. */
const maxAttached = 200;
/** An image, its SBOM, the signature of that. */
const maxDepth = 3;

/** @throws ExportError `EXPORT_TOO_MUCH_ATTACHED`; what the source says. */
export async function findAttached(
  source: ImageSource,
  subjects: readonly Descriptor[],
  options: CallOptions = {},
): Promise<readonly Attached[]> {
  const found = new Map<Digest, Attached>();
  const known = new Set(subjects.map(({ digest }) => digest));
  let level = subjects;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth += 1) {
    const next: Descriptor[] = [];
    for (const subject of level) {
      for await (const referrer of referrersOf(source, subject, options)) {
        // Some registries take such a tag for the digest itself and answer with the image.
        if (known.has(referrer.digest)) continue;
        known.add(referrer.digest);
        if (found.size >= maxAttached) throw tooMuch(subject);
        const attached = {
          subject: subject.digest,
          referrer,
          document: await fetchDocument(source, referrer, options),
        };
        found.set(referrer.digest, attached);
        next.push(attached.document.descriptor);
      }
    }
    level = next;
  }
  return [...found.values()];
}

async function* referrersOf(
  source: ImageSource,
  subject: Descriptor,
  options: CallOptions,
): AsyncGenerator<CarriedReferrer> {
  for await (const { digest, mediaType, size, artifactType } of source.referrers?.(
    subject,
    options,
  ) ?? []) {
    yield { digest, mediaType, size, ...(artifactType === undefined ? {} : { artifactType }) };
  }
  for (const tag of cosignTags(subject.digest)) {
    const { digest, mediaType, size } = (await resolveIfThere(source, tag, options)) ?? {};
    if (digest !== undefined && mediaType !== undefined && size !== undefined) {
      yield { digest, mediaType, size, tag };
    }
  }
}

async function resolveIfThere(
  source: ImageSource,
  tag: string,
  options: CallOptions,
): Promise<Descriptor | undefined> {
  try {
    return await source.resolve(tag, options);
  } catch (error) {
    if (hasCode(error, 'CONTENT_NOT_FOUND', 'REGISTRY_NOT_FOUND')) return undefined;
    throw error;
  }
}

function tooMuch({ digest }: Descriptor): ExportError {
  return new ExportError(
    'EXPORT_TOO_MUCH_ATTACHED',
    `expected at most ${maxAttached} signatures, SBOMs and the like, found more at ${digest}`,
    { hint: 'leave them out with --no-referrers' },
  );
}
