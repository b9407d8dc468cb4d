/**
 * Passes bytes through while checking them against their descriptor.
 *
 * Reaching the end of the returned stream is the proof. Bytes handed on before
 * the end are not proven yet, so write them where nobody looks until then.
 */
import { createHash } from 'node:crypto';
import { ContentError } from './content-error.js';
import type { Descriptor } from './descriptor.js';

/**
 * @throws ContentError `CONTENT_SIZE_MISMATCH` or `CONTENT_DIGEST_MISMATCH`.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#verification
 */
export async function* verifyContent(
  bytes: AsyncIterable<Uint8Array>,
  expected: Pick<Descriptor, 'digest' | 'size'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let received = 0;

  for await (const chunk of bytes) {
    received += chunk.byteLength;
    // Checked on each chunk: a source that never ends must not fill the disk.
    if (received > expected.size) {
      throw sizeMismatch(expected, `more than ${expected.size} bytes arrived`);
    }
    hash.update(chunk);
    yield chunk;
  }

  if (received < expected.size) throw sizeMismatch(expected, `only ${received} bytes arrived`);
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== expected.digest) {
    throw new ContentError(
      'CONTENT_DIGEST_MISMATCH',
      `expected ${expected.digest} (${expected.size} bytes): the bytes that arrived hash to ${actual}`,
    );
  }
}

function sizeMismatch(expected: Pick<Descriptor, 'digest' | 'size'>, found: string): ContentError {
  return new ContentError(
    'CONTENT_SIZE_MISMATCH',
    `expected ${expected.digest} (${expected.size} bytes): ${found}`,
  );
}
