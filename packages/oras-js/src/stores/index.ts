/**
 * `oras-js/stores`: places for content on this computer, a folder and memory,
 * and the parts for building another one on disk.
 */
export { MemoryStore } from './memory-store.js';
export { OciLayout } from './oci-layout.js';
export type { ContentAdopter } from './content-adopter.js';
export { GatheredWriter } from './gathered-writer.js';
export { StorageError, type StorageErrorCode } from './storage-error.js';
export { renameDurably } from './durable-file.js';
export { withFolderLock } from './folder-lock.js';
