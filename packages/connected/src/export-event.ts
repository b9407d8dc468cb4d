/** What an export says while it runs. Nothing in here decides anything. */
import type { BundleImage } from '@sallyport/bundle';
import type { Digest } from 'oras-js';

export type ExportEvent =
  | { readonly type: 'image-resolved'; readonly image: string; readonly digest: Digest }
  /** The registry does not list its tags; those that are known without it are asked for. */
  | { readonly type: 'tags-not-listed'; readonly repository: string; readonly reason: string }
  /** Nothing is downloaded yet. */
  | {
      readonly type: 'planned';
      readonly images: readonly BundleImage[];
      readonly blobs: number;
      readonly bytes: number;
    }
  /** An earlier run left so many bytes; they are proven again before they count. */
  | { readonly type: 'resumed'; readonly bytes: number }
  /** The run has failed; a later one can go on from so many bytes. */
  | { readonly type: 'kept'; readonly bytes: number }
  | { readonly type: 'blob-started'; readonly digest: Digest; readonly bytes: number }
  /** `count` more bytes of a blob have arrived. */
  | { readonly type: 'bytes'; readonly digest: Digest; readonly count: number }
  | { readonly type: 'blob-done'; readonly digest: Digest; readonly bytes: number };

export type OnExportEvent = (event: ExportEvent) => void;
