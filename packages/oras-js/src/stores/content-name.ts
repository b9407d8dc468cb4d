/**
 * Names of content inside a store: `app:1.4`, `namespace/dast:6`, `1.4`.
 *
 * The alphabet is that of the image-spec's reference name; runs of separators
 * are let through, because tags such as `_next` and `a__b` are legal in every
 * registry. Control characters, spaces and digests are refused.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#rules
 */
import { ContentError } from '../content/content-error.js';
import { isDigest } from '../content/digest.js';

export const nameAnnotation = 'org.opencontainers.image.ref.name';

// Repository (255), ":" or "@", and a tag (128) or a digest (71) at most.
const nameForm = /^[A-Za-z0-9_][A-Za-z0-9_.:@+/-]{0,383}$/;

/** @throws ContentError `REFERENCE_INVALID`. */
export function checkContentName(name: string): void {
  if (nameForm.test(name) && !isDigest(name)) return;
  throw new ContentError(
    'REFERENCE_INVALID',
    `expected a name such as app:1.4 of at most 384 characters, found ${JSON.stringify(name.slice(0, 100))}`,
  );
}
