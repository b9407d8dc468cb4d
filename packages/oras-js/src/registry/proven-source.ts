/**
 * The bytes of an upload, proven on their way out.
 *
 * Every attempt opens the content again and hashes it from its first byte,
 * also when only the end of it still has to be sent. What goes wrong on this
 * side is kept apart from what the registry does: only the latter is retried.
 */
import type { Descriptor } from '../content/descriptor.js';
import type { CallOptions, OpenContent } from '../content/target.js';
import { verifyContent } from '../content/verify-content.js';

export class ProvenSource {
  /** Set when the content could not be read, or is not what it should be. */
  failure: { readonly error: unknown } | undefined;
  /** True once the whole content was read and found right. */
  isProven = false;
  private readonly content: Descriptor;
  private readonly open: OpenContent;

  constructor(content: Descriptor, open: OpenContent) {
    this.content = content;
    this.open = open;
  }

  /** From byte `start` to the end, as it comes. */
  async *from(start: number, options: CallOptions): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      let offset = 0;
      for await (const chunk of verifyContent(await this.open(options), this.content)) {
        const skip = Math.max(start - offset, 0);
        offset += chunk.byteLength;
        if (skip < chunk.byteLength) yield chunk.subarray(skip);
      }
      this.isProven = true;
    } catch (error) {
      if (options.signal?.aborted !== true) this.failure = { error };
      throw error;
    }
  }
}

/** The same bytes, the last of them only after the source has come to its end without an error. */
export async function* lastWhenProven(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array | undefined;
  for await (const chunk of bytes) {
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (held !== undefined) yield held;
}
