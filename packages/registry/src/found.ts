/** Content that a request names, or the refusal that its absence is answered with. */
import { ContentError, parseDigest, type CallOptions, type Descriptor, type Digest } from 'oras-js';
import type { ReadableStore } from './registry.js';
import { Refusal } from './refusal.js';

/** @throws Refusal `missing` when the store does not know `name`. */
export async function found(
  store: ReadableStore,
  name: string,
  missing: Refusal,
  options: CallOptions,
): Promise<Descriptor> {
  try {
    return await store.resolve(name, options);
  } catch (error) {
    throw error instanceof ContentError && error.code === 'CONTENT_NOT_FOUND' ? missing : error;
  }
}

/**
 * The digest of something to read.
 *
 * @throws Refusal 400 for what is no digest, `missing` for an algorithm that nothing here is named by.
 */
export function digestToFind(text: string, missing: Refusal): Digest {
  try {
    return parseDigest(text);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw error.code === 'DIGEST_UNSUPPORTED' ? missing : digestInvalid(error.message);
  }
}

/** The digest of something to store. @throws Refusal 400 */
export function digestToStore(text: string | null): Digest {
  if (text === null) throw digestInvalid('expected the parameter digest, found none');
  try {
    return parseDigest(text);
  } catch (error) {
    throw error instanceof ContentError ? digestInvalid(error.message) : error;
  }
}

export function digestInvalid(message: string): Refusal {
  return new Refusal(400, 'DIGEST_INVALID', message);
}
