/** A bundle as one stream from first byte to last, for pipes and diodes: same bytes as the file, one entry after another. */
import { verifyContent } from 'oras-js';
import { endBytes } from '../layout/bundle-layout.js';
import { entryHeader, paddingOf } from '../layout/entry-header.js';
import { bundleHead } from './bundle-head.js';
import type { SignedManifest } from './signed-manifest.js';
import type { OpenEntry, WriteOptions } from './write-options.js';

/**
 * What arrived before an error is no bundle: its end is missing, and every reader refuses it.
 *
 * @throws ContentError when an entry's bytes are not what the list says.
 */
export async function* bundleBytes(
  signed: SignedManifest,
  openEntry: OpenEntry,
  options: Pick<WriteOptions, 'signal' | 'onProven'> = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  yield await bundleHead(signed);
  for (const entry of signed.manifest.entries) {
    options.signal?.throwIfAborted();
    yield await entryHeader(entry.path, entry.size);
    yield* verifyContent(await openEntry(entry, { signal: options.signal }), entry);
    options.onProven?.(entry);
    yield Buffer.alloc(paddingOf(entry.size));
  }
  yield Buffer.alloc(endBytes);
}
