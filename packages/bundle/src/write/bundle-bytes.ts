/** A bundle as one stream from first byte to last, for pipes and diodes: same bytes as the file, one entry after another. */
import { endBytes } from '../layout/bundle-layout.js';
import { entryHeader, paddingOf } from '../layout/entry-header.js';
import { bundleHead } from './bundle-head.js';
import { ReadAhead } from './read-ahead.js';
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
  const { entries } = signed.manifest;
  using ahead = new ReadAhead(entries, openEntry, options);
  yield await bundleHead(signed);
  for (const [index, entry] of entries.entries()) {
    options.signal?.throwIfAborted();
    yield await entryHeader(entry.path, entry.size);
    yield* ahead.contentOf(index);
    options.onProven?.(entry);
    yield Buffer.alloc(paddingOf(entry.size));
  }
  yield Buffer.alloc(endBytes);
}
