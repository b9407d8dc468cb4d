/** What an export says while it runs. Nothing in here decides anything. */
import type { Digest } from 'oras-js';

export type ExportEvent =
  | { readonly type: 'image-resolved'; readonly image: string; readonly digest: Digest }
  | { readonly type: 'planned'; readonly blobs: number; readonly bytes: number }
  | { readonly type: 'blob-started'; readonly digest: Digest; readonly bytes: number }
  /** `count` more bytes of a blob have arrived. */
  | { readonly type: 'bytes'; readonly digest: Digest; readonly count: number }
  | { readonly type: 'blob-done'; readonly digest: Digest; readonly bytes: number };

export type OnExportEvent = (event: ExportEvent) => void;
