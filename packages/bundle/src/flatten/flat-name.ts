/**
 * File names for content that is laid out flat: from its digest and the media
 * types known here, never from a text in the bundle.
 */
import { hexOf, type Digest } from 'oras-js';

/** `sha256-<64 hex digits>` and the extension. */
export function flatName(digest: Digest, mediaType: string): string {
  return `sha256-${hexOf(digest)}${extensionOf(mediaType)}`;
}

/** What a scanner goes by to choose how to open it; `.bin` for what is not known. */
export function extensionOf(mediaType: string): string {
  const layer = /^application\/vnd\.(?:oci\.image\.layer\..*|docker\.image\.rootfs\..*diff)\.tar/;
  const rest = layer.exec(mediaType)?.[0];
  if (rest !== undefined) return layerExtensions.get(mediaType.slice(rest.length)) ?? '.bin';
  return mediaType === 'application/json' || mediaType.endsWith('+json') ? '.json' : '.bin';
}

const layerExtensions: ReadonlyMap<string, string> = new Map([
  ['', '.tar'],
  ['+gzip', '.tar.gz'],
  ['.gzip', '.tar.gz'],
  ['+zstd', '.tar.zst'],
  ['.zstd', '.tar.zst'],
]);
