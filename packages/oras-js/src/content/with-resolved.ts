/**
 * Does something with what a name points to.
 *
 * What a name points to is asked for without its bytes, and some registries,
 * and proxies before them, then tell another length than the bytes have. Once
 * these were read their length is known: the name is looked up once more.
 */
import { hasCode } from '../errors/coded-error.js';
import type { Descriptor } from './descriptor.js';
import type { CallOptions, Resolver } from './target.js';

/**
 * @param use Reads the content first of all; called again when its size was told wrongly.
 * @throws what the source or `use` throws.
 */
export async function withResolved<Result>(
  source: Resolver,
  name: string,
  use: (content: Descriptor) => Promise<Result>,
  options: CallOptions = {},
): Promise<Result> {
  const { signal } = options;
  const content = await source.resolve(name, { signal });
  try {
    return await use(content);
  } catch (error) {
    if (!hasCode(error, 'CONTENT_SIZE_MISMATCH')) throw error;
    const again = await source.resolve(name, { signal });
    if (again.digest !== content.digest || again.size === content.size) throw error;
    return await use(again);
  }
}
