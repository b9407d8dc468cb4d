/** Small content, whole and proven, in memory. Never used for layers. */
import { ContentError } from './content-error.js';
import type { Descriptor } from './descriptor.js';
import { maxManifestBytes } from './limits.js';
import type { CallOptions, Fetcher } from './target.js';
import { verifyContent } from './verify-content.js';

/**
 * @param limitBytes Larger content is refused before it is fetched. Default: `maxManifestBytes`.
 * @throws ContentError `CONTENT_TOO_LARGE`, `CONTENT_NOT_FOUND`, `CONTENT_SIZE_MISMATCH`, `CONTENT_DIGEST_MISMATCH`.
 */
export async function readContent(
  source: Fetcher,
  content: Descriptor,
  options: CallOptions & { readonly limitBytes?: number } = {},
): Promise<Buffer> {
  const limitBytes = options.limitBytes ?? maxManifestBytes;
  if (content.size > limitBytes) {
    throw new ContentError(
      'CONTENT_TOO_LARGE',
      `expected at most ${limitBytes} bytes of ${content.mediaType}, found ${content.digest} with ${content.size}`,
    );
  }
  const chunks: Uint8Array[] = [];
  const bytes = await source.fetch(content, { signal: options.signal });
  for await (const chunk of verifyContent(bytes, content)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
