/** The tags that a source lists, as far as anybody wants to look. */
import { CodedError, type CallOptions } from 'oras-js';
import type { ImageSource } from './source.js';

export interface TagList {
  readonly tags: readonly string[];
  /** False when there may be more. */
  readonly isWhole: boolean;
  /** Why the source does not list them. */
  readonly refusal: CodedError | undefined;
}

/** Ten pages of the largest size: an analyzer with four names a day fills them in seven years. */
const maxListed = 10_000;

/** Never fails for what the source says: many registries give content to those who may not list it. */
export async function listTags(source: ImageSource, options: CallOptions): Promise<TagList> {
  const tags: string[] = [];
  try {
    for await (const tag of source.tags?.(options) ?? []) {
      if (tags.length >= maxListed) return { tags, isWhole: false, refusal: undefined };
      tags.push(tag);
    }
  } catch (error) {
    if (error instanceof CodedError) return { tags, isWhole: false, refusal: error as CodedError };
    throw error;
  }
  return { tags, isWhole: source.tags !== undefined, refusal: undefined };
}
