/**
 * Proves a config, and what the list says by it, before anybody gets a byte of it.
 *
 * It is small, so it is kept meanwhile and can be opened again, from a pipe too.
 */
import { checkStatedPlatforms, type StatedPlatforms } from '../graph/stated-platforms.js';
import type { BytesOptions } from './bytes-options.js';
import type { BundleBlob, UseBlob } from './prove-blobs.js';

/** What `use` gets is unchanged but for the configs that something is stated of. */
export function withCheckedConfigs(use: UseBlob, stated: StatedPlatforms): UseBlob {
  return async (blob, call) => {
    const { content, open } = blob;
    const platforms = stated.get(content.digest);
    if (platforms === undefined) {
      await use(blob, call);
      return;
    }
    const bytes = await readWhole(await open());
    checkStatedPlatforms(bytes, platforms);
    const kept: BundleBlob = {
      content,
      open: async ({ onBytes } = {}) => once(bytes, onBytes),
      prove: async ({ onBytes } = {}) => onBytes?.(bytes.byteLength),
      canReopen: true,
    };
    await use(kept, call);
  };
}

async function readWhole(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* once(bytes: Buffer, onBytes: BytesOptions['onBytes']): AsyncGenerator<Uint8Array> {
  onBytes?.(bytes.byteLength);
  yield bytes;
}
