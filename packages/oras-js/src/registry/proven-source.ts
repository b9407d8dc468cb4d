/**
 * The bytes of an upload, proven on their way out.
 *
 * Every attempt opens the content again and hashes it from its first byte,
 * also when only the end of it still has to be sent. What goes wrong on this
 * side is kept apart from what the registry does: only the latter is retried.
 */
import type { Descriptor } from '../content/descriptor.js';
import type { OpenContent, ReadOptions } from '../content/target.js';
import { verifyContent } from '../content/verify-content.js';
import { withContext } from '../errors/coded-error.js';
import type { RegistryError } from './registry-error.js';

export class ProvenSource {
  /** Set when the content could not be read, or is not what it should be. */
  failure: { readonly error: unknown; readonly isAtStart: boolean } | undefined;
  /** True once the whole content was read and found right. */
  isProven = false;
  /** The last failure of the registry: why the content is opened again. */
  reopenedFor: RegistryError | undefined;
  private readonly content: Descriptor;
  private readonly open: OpenContent;

  constructor(content: Descriptor, open: OpenContent) {
    this.content = content;
    this.open = open;
  }

  /**
   * What to tell the caller after `error`. Content that cannot be read a second time is not to
   * blame for having to be; the registry's failure before is.
   */
  failureAfter(error: unknown): unknown {
    const { failure, reopenedFor } = this;
    if (failure?.isAtStart !== true || reopenedFor === undefined) return failure?.error ?? error;
    return reopenedFor.mayPass ? withContext(failure.error, reopenedFor.message) : reopenedFor;
  }

  /** From byte `start` to the end, as it comes. Content that proves itself is hashed there and not again here. */
  async *from(start: number, options: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    let offset = 0;
    try {
      for await (const chunk of verifyContent(await this.open(options), this.content)) {
        const skip = Math.max(start - offset, 0);
        offset += chunk.byteLength;
        if (skip < chunk.byteLength) yield chunk.subarray(skip);
      }
      this.isProven = true;
    } catch (error) {
      if (options.signal?.aborted !== true) this.failure = { error, isAtStart: offset === 0 };
      throw error;
    }
  }
}

/** The same bytes, the last of `size` only after the source has come to its end without an error. */
export async function* lastWhenProven(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let missing = size;
  let last: Uint8Array | undefined;
  for await (const chunk of bytes) {
    missing -= chunk.byteLength;
    if (missing > 0) yield chunk;
    // A copy: asking for the end may take back what was lent.
    else last ??= Buffer.from(chunk);
  }
  if (last !== undefined) yield last;
}
