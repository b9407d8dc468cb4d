/** Of a tag that is not there: which ones there are, because upstream moves on and removes what it made. */
import { ContentError, hasCode, type CallOptions, type Reference } from 'oras-js';
import { listTags } from './list-tags.js';
import { newestFirst } from './newest-first.js';
import type { ImageSource } from './source.js';

/** A line that can still be read; a registry may have thousands. */
const maxNamed = 10;

/**
 * Does `read`; where it finds nothing under the tag, the error names the tags that exist as its hint.
 *
 * @throws what `read` throws.
 */
export async function withExistingTags<Result>(
  { tag, digest }: Reference,
  source: ImageSource,
  { signal }: CallOptions,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (tag === undefined || digest !== undefined || !hasCode(error, 'CONTENT_NOT_FOUND'))
      throw error;
    const { tags } = await listTags(source, { signal });
    if (tags.length === 0 || tags.includes(tag)) throw error;
    throw new ContentError(
      'CONTENT_NOT_FOUND',
      `expected the tag ${tag}, found none of that name`,
      {
        hint: `choose a tag that exists: ${named(tags)}`,
        cause: error,
      },
    );
  }
}

/** Signatures and the like, which are stored under tags made of digests, are nothing to choose. */
function named(tags: readonly string[]): string {
  const images = tags.filter((tag) => !/^sha256-[0-9a-f]{64}/.test(tag));
  const shown = newestFirst(images).slice(0, maxNamed);
  const more = images.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
