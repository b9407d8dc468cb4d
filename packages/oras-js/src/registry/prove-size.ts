/** Of proven bytes, whether they are as many as somebody said. */
import { ContentError } from '../content/content-error.js';
import type { Descriptor } from '../content/descriptor.js';

/** @throws ContentError `CONTENT_SIZE_MISMATCH` */
export function proveSize(content: Descriptor, bytes: Uint8Array): void {
  if (bytes.byteLength === content.size) return;
  throw new ContentError(
    'CONTENT_SIZE_MISMATCH',
    `expected ${content.digest} (${content.size} bytes): it has ${bytes.byteLength}`,
  );
}
