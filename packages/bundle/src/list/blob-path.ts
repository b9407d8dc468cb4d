/** Where an OCI layout keeps content: `blobs/sha256/<hex>`. */
import { hexOf, type Digest } from 'oras-js';

export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}
