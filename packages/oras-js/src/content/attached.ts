/**
 * What is attached to an image: signatures, SBOMs, attestations.
 *
 * Looked for where the distribution-spec puts it (manifests with a subject) and
 * where cosign puts it (tags made of the digest). What is attached to an
 * attachment is looked for too: an SBOM may be signed.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
import { mapConcurrent } from '../async/map-concurrent.js';
import { hasCode } from '../errors/coded-error.js';
import { ContentError } from './content-error.js';
import type { Descriptor } from './descriptor.js';
import type { Digest } from './digest.js';
import { cosignTags } from './referrer-tags.js';
import type { CallOptions, Finder, ReferrerLister, Resolver } from './target.js';

/** One signature, SBOM or attestation, and what it belongs to. */
export interface Attached {
  /** The image, or the attachment, that it belongs to. */
  readonly subject: Digest;
  /** A manifest. */
  readonly content: Descriptor;
  /** The tag under which it is looked for, by cosign's convention; absent where its subject is enough. */
  readonly tag?: string;
}

/** A place without `referrers` may still have cosign's tags. */
export type AttachedSource = Resolver & Partial<Finder & ReferrerLister>;

/** Real images carry a handful; a source that lists thousands wants to keep us busy. */
const maxAttached = 200;
/** An image, its SBOM, the signature of that. */
const maxDepth = 3;

/** @throws ContentError `CONTENT_TOO_LARGE` for more than 200; what the source says. */
export async function findAttached(
  source: AttachedSource,
  subjects: readonly Descriptor[],
  options: CallOptions = {},
): Promise<readonly Attached[]> {
  const found: Attached[] = [];
  const known = new Set(subjects.map(({ digest }) => digest));
  let level = subjects;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth += 1) {
    const next: Descriptor[] = [];
    for (const subject of level) {
      for (const attached of await attachedTo(source, subject, options)) {
        // Some registries take such a tag for the digest itself and answer with the image.
        if (known.has(attached.content.digest)) continue;
        known.add(attached.content.digest);
        if (found.length >= maxAttached) throw tooMany(subject);
        found.push(attached);
        next.push(attached.content);
      }
    }
    level = next;
  }
  return found;
}

/** All questions at once: each is a way to the source and back, and most are answered with "nothing". */
async function attachedTo(
  source: AttachedSource,
  subject: Descriptor,
  options: CallOptions,
): Promise<readonly Attached[]> {
  const { digest } = subject;
  const byTag = async (tag: string, call: CallOptions): Promise<readonly Attached[]> => {
    const content = await findName(source, tag, call);
    return content === undefined ? [] : [{ subject: digest, content, tag }];
  };
  const bySubject = async (call: CallOptions): Promise<readonly Attached[]> => {
    const found: Attached[] = [];
    for await (const content of source.referrers?.(subject, call) ?? []) {
      if (found.length > maxAttached) throw tooMany(subject);
      found.push({ subject: digest, content });
    }
    return found;
  };
  const questions = [
    bySubject,
    ...cosignTags(digest).map((tag) => (call: CallOptions) => byTag(tag, call)),
  ];
  const answers = await mapConcurrent(
    questions,
    questions.length,
    (ask, call) => ask(call),
    options,
  );
  return answers.flat();
}

async function findName(
  source: AttachedSource,
  name: string,
  options: CallOptions,
): Promise<Descriptor | undefined> {
  if (source.find !== undefined) return source.find(name, options);
  try {
    return await source.resolve(name, options);
  } catch (error) {
    if (hasCode(error, 'CONTENT_NOT_FOUND')) return undefined;
    throw error;
  }
}

function tooMany({ digest }: Descriptor): ContentError {
  return new ContentError(
    'CONTENT_TOO_LARGE',
    `expected at most ${maxAttached} signatures, SBOMs and the like, found more at ${digest}`,
    { hint: 'leave out what is attached' },
  );
}
