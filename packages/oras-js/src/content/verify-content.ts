/**
 * Passes bytes through while checking them against their descriptor.
 *
 * Reaching the end of the returned stream is the proof. Bytes handed on before
 * the end are not proven yet, so write them where nobody looks until then.
 */
import { createHash } from 'node:crypto';
import { ContentError } from './content-error.js';
import type { Descriptor } from './descriptor.js';
import type { Digest } from './digest.js';

type Expected = Pick<Descriptor, 'digest' | 'size'>;

/** Who wants to know how far it is. Throwing ends the stream with that error. */
export interface VerifyEvents {
  /** `count` more bytes have passed. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** The whole content has passed, and is right. */
  readonly onProven?: (() => void) | undefined;
}

interface Verification extends Expected {
  hasBegun: boolean;
}

/** Streams made here. One that nobody has read from proves its content once, however often it is asked to. */
const verifications = new WeakMap<AsyncIterable<Uint8Array>, Verification>();

/**
 * @param bytes When they come from here, untouched and for the same content, they are not hashed again.
 * @throws ContentError `CONTENT_SIZE_MISMATCH` or `CONTENT_DIGEST_MISMATCH`.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#verification
 */
export function verifyContent(
  bytes: AsyncIterable<Uint8Array>,
  expected: Expected,
  events: VerifyEvents = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const isAsked = events.onBytes !== undefined || events.onProven !== undefined;
  if (!isAsked && isVerifying(bytes, expected)) return bytes;
  const { digest, size } = expected;
  const verification = { digest, size, hasBegun: false };
  const verified = verify(bytes, verification, events);
  verifications.set(verified, verification);
  return verified;
}

function isVerifying(
  bytes: AsyncIterable<Uint8Array>,
  { digest, size }: Expected,
): bytes is AsyncGenerator<Uint8Array, void, undefined> {
  const found = verifications.get(bytes);
  return found?.hasBegun === false && found.digest === digest && found.size === size;
}

async function* verify(
  bytes: AsyncIterable<Uint8Array>,
  expected: Verification,
  { onBytes, onProven }: VerifyEvents,
): AsyncGenerator<Uint8Array, void, undefined> {
  // What is left of a stream is not the content that the whole of it was.
  expected.hasBegun = true;
  const hash = createHash('sha256');
  let received = 0;

  for await (const chunk of bytes) {
    received += chunk.byteLength;
    // Checked on each chunk: a source that never ends must not fill the disk.
    if (received > expected.size) {
      throw sizeMismatch(expected, `more than ${expected.size} bytes arrived`);
    }
    hash.update(chunk);
    onBytes?.(chunk.byteLength);
    yield chunk;
  }

  if (received < expected.size) throw sizeMismatch(expected, `only ${received} bytes arrived`);
  requireDigest(expected, `sha256:${hash.digest('hex')}`);
  onProven?.();
}

/** For bytes that were hashed elsewhere and are as many as expected. @throws ContentError `CONTENT_DIGEST_MISMATCH`. */
export function requireDigest({ digest, size }: Expected, actual: Digest): void {
  if (actual === digest) return;
  throw new ContentError(
    'CONTENT_DIGEST_MISMATCH',
    `expected ${digest} (${size} bytes): the bytes that arrived hash to ${actual}`,
  );
}

function sizeMismatch(expected: Expected, found: string): ContentError {
  return new ContentError(
    'CONTENT_SIZE_MISMATCH',
    `expected ${expected.digest} (${expected.size} bytes): ${found}`,
  );
}
