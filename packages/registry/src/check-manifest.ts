/** Whether a manifest may be stored: it is one, and what it lists is here. */
import {
  childrenOf,
  ContentError,
  isNonDistributableType,
  parseManifest,
  type CallOptions,
  type Descriptor,
  type Manifest,
} from 'oras-js';
import type { ReadableStore } from './registry.js';
import { Refusal } from './refusal.js';

/** @throws Refusal 400 `MANIFEST_INVALID` or `MANIFEST_BLOB_UNKNOWN`. */
export async function checkManifest(
  store: ReadableStore,
  content: Descriptor,
  bytes: Uint8Array,
  options: CallOptions,
): Promise<Manifest> {
  const manifest = parse(bytes, content);
  for (const child of childrenOf(manifest)) {
    if (isNonDistributableType(child.mediaType)) continue;
    if (await store.exists(child, options)) continue;
    throw new Refusal(
      400,
      'MANIFEST_BLOB_UNKNOWN',
      `${content.digest} lists ${child.digest} (${child.size} bytes), which is not here`,
    );
  }
  return manifest;
}

function parse(bytes: Uint8Array, content: Descriptor): Manifest {
  try {
    return parseManifest(bytes, content);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw new Refusal(400, 'MANIFEST_INVALID', error.message);
  }
}
