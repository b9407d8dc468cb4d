/**
 * Digests: the names of content.
 *
 * Only sha256 is computed here. Another algorithm is refused, not skipped:
 * content that cannot be verified must not be carried as if it had been.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
 */
import { createHash } from 'node:crypto';
import { ContentError } from './content-error.js';

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

const sha256Form = /^sha256:[a-f0-9]{64}$/;
const anyDigestForm = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/** Whether `text` is a digest that can be verified here; an algorithm other than sha256 is none. */
export function isDigest(text: string): text is Digest {
  return sha256Form.test(text);
}

/** @throws ContentError `DIGEST_INVALID` or `DIGEST_UNSUPPORTED`. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  if (anyDigestForm.test(text) && !text.startsWith('sha256:')) {
    throw new ContentError(
      'DIGEST_UNSUPPORTED',
      `expected a sha256 digest, found the algorithm "${text.slice(0, text.indexOf(':')).slice(0, 40)}"`,
    );
  }
  throw new ContentError(
    'DIGEST_INVALID',
    `expected sha256: and 64 lower-case hex digits, found ${JSON.stringify(text.slice(0, 100))}`,
  );
}

/** Of bytes in memory; text is hashed as UTF-8. For a stream there is `verifyContent`. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The 64 hex digits: the file name of content in an OCI layout. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
