/**
 * Passes content on and holds its end back until the whole is proven.
 *
 * A client takes an answer for good once it has as many bytes as were
 * announced. So damaged content must not get that far: the last chunk is given
 * only after the digest was right, and otherwise the connection breaks.
 */
import { verifyContent, type Descriptor } from 'oras-js';

/** @throws ContentError `CONTENT_SIZE_MISMATCH` or `CONTENT_DIGEST_MISMATCH`, before the last chunk. */
export async function* proveBeforeEnd(
  bytes: AsyncIterable<Uint8Array>,
  content: Descriptor,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array | undefined;
  for await (const chunk of verifyContent(bytes, content)) {
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (held !== undefined) yield held;
}
